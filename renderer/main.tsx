import './zod-without-eval';
import '@mantine/core/styles.css';
import '@mantine/charts/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './window.css';
import { createRoot } from 'react-dom/client';
import { GatehouseWindow } from './gatehouse-window';
import { startWindow } from './start';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
createRoot(root).render(<GatehouseWindow parts={startWindow(window.gatehouse)} styleNonce={styleNonce} />);
