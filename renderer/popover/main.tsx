import '../mantine.css';
import '../window.css';
import './popover.css';
import { mount } from '../mount';
import { PopoverPage } from './popover-page';
import { startPopover } from './start-popover';

const parts = startPopover(window.gatehouse);
mount((styleNonce) => <PopoverPage parts={parts} styleNonce={styleNonce} />);
