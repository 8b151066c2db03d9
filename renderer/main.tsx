import './zod-without-eval';
import '@mantine/core/styles.css';
import '@mantine/charts/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './window.css';
import { GatehouseWindow } from './gatehouse-window';
import { mount } from './mount';
import { startWindow } from './start';

const parts = startWindow(window.gatehouse);
mount((styleNonce) => <GatehouseWindow parts={parts} styleNonce={styleNonce} />);
