import './mantine.css';
import './window.css';
import { GatehouseWindow } from './gatehouse-window';
import { mount } from './mount';
import { startWindow } from './start';

const parts = startWindow(window.gatehouse);
mount((styleNonce) => <GatehouseWindow parts={parts} styleNonce={styleNonce} />);
