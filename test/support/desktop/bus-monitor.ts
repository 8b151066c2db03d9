import { createConnection, type WireMessage } from '@homebridge/dbus-native';
import { ForgivingSocket } from '../../../electron/desktop/linux/forgiving-socket';

/** Hears every message on a bus, whoever it is for, as `dbus-monitor` does. */
export interface BusMonitor {
  close(): void;
}

/** Starts to listen; resolves when nothing that follows can be missed. */
export function monitorBus(socketPath: string, onMessage: (message: WireMessage) => void): Promise<BusMonitor> {
  return new Promise((resolve, reject) => {
    const socket = new ForgivingSocket();
    socket.connect({ path: socketPath });
    // A bus that goes away is what some tests are about.
    socket.on('error', reject);
    const wire = createConnection({ stream: socket, authMethods: ['EXTERNAL'] });
    wire.on('error', reject);
    const ask = (serial: number, member: string, more: Partial<WireMessage>): void => {
      wire.message({
        type: 1,
        serial,
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member,
        ...more,
      });
    };
    let isMonitor = false;
    wire.on('message', (message: WireMessage) => {
      if (isMonitor) {
        onMessage(message);
      } else if (message.replySerial === 2) {
        if (message.type !== 2) {
          reject(new Error(`the bus refuses to be monitored: ${message.errorName ?? ''}`));
          return;
        }
        isMonitor = true;
        resolve({ close: () => socket.destroy() });
      }
    });
    ask(1, 'Hello', {});
    ask(2, 'BecomeMonitor', { interface: 'org.freedesktop.DBus.Monitoring', signature: 'asu', body: [[], 0] });
  });
}
