import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BusCallError, openSessionBus, type SessionBus } from '../../../electron/desktop/linux/session-bus';
import { runProgram, until } from '../../support/desktop/process';
import { type DesktopSession, startDesktop } from '../../support/desktop/session';

const NOBODY = { destination: 'test.nobody', path: '/', interface: 'test.nobody', member: 'Ask' } as const;

describe('without a bus', () => {
  let folder: string;
  let server: Server | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-no-bus-'));
  });

  afterEach(async () => {
    server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['no address', undefined],
    ['an empty address', ''],
    ['an address of another kind', 'tcp:host=localhost,port=1'],
    ['an address that makes no sense', 'unix:path=%zz;;unix:;nonsense'],
    ['a socket that is not there', 'unix:path=/nonexistent/bus;unix:abstract=gatehouse-nobody'],
  ])('%s means that there is no bus, and is no error', async (_, address) => {
    expect(await openSessionBus({ environment: { DBUS_SESSION_BUS_ADDRESS: address } })).toBeUndefined();
  });

  it('a file in place of the socket means that there is no bus', async () => {
    await writeFile(join(folder, 'bus'), '');
    expect(await openSessionBus({ environment: { XDG_RUNTIME_DIR: folder } })).toBeUndefined();
  });

  it.each([
    ['refuses to talk', (socket: Socket) => socket.write('REJECTED\r\n')],
    ['talks nonsense', (socket: Socket) => socket.write(Buffer.alloc(4_096, 10))],
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['lets us in and hangs up', (socket: Socket) => socket.end('OK 00\r\n')],
    ['never answers', () => undefined],
  ])('a server that %s means that there is no bus', async (_, behave) => {
    const listening = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => behave(socket));
    });
    server = listening;
    await new Promise<void>((resolve) => listening.listen(join(folder, 'bus'), resolve));
    expect(await openSessionBus({ environment: { XDG_RUNTIME_DIR: folder } })).toBeUndefined();
  });
});

describe('with a bus', () => {
  let desktop: DesktopSession;
  let bus: SessionBus;
  let losses: number;

  beforeEach(async () => {
    desktop = await startDesktop();
    const opened = await openSessionBus({ environment: desktop.env });
    if (opened === undefined) throw new Error('no session bus');
    bus = opened;
    losses = 0;
    bus.onLost(() => {
      losses += 1;
    });
  });

  afterEach(async () => {
    await bus.close();
    await desktop.stop();
  });

  it('it is found where the system keeps it when no address is given', async () => {
    const address = desktop.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
    const found = await openSessionBus({
      environment: { XDG_RUNTIME_DIR: dirname(address.slice('unix:path='.length)) },
    });
    expect(found?.uniqueName).toMatch(/^:\d/u);
    await found?.close();
  });

  it('a refused call tells the name of the error', async () => {
    await expect(bus.call(NOBODY)).rejects.toMatchObject({
      errorName: 'org.freedesktop.DBus.Error.ServiceUnknown',
    });
  });

  it.each([
    ['a zero character', 's', ['a\0b']],
    ['another type', 'u', ['text']],
    ['too few arguments', 'ss', ['one']],
  ])('a call with %s is refused here, and the connection lives on', async (_, signature, args) => {
    await expect(bus.call({ ...NOBODY, signature, args })).rejects.toBeInstanceOf(BusCallError);
    expect(await bus.nameOwner('org.freedesktop.DBus')).toBeDefined();
  });

  it('a call that is not answered ends, and a late answer is handed over', async () => {
    const late: unknown[] = [];
    const asked = bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'GetId',
      timeoutMs: 0,
      onLateReply: (reply) => late.push(reply.body[0]),
    });
    // The answer cannot come in this turn of the loop, and the time is over in the next.
    const busyUntilMs = Date.now() + 20;
    while (Date.now() < busyUntilMs);
    await expect(asked).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.NoReply' });
    await until('the late answer', () => late.length === 1);
  });

  it('owners of a name are told as they come and go', async () => {
    const owners: (string | undefined)[] = [];
    const stop = bus.onNameOwnerChanged('test.name', (owner) => owners.push(owner));
    expect(await bus.nameOwner('test.name')).toBeUndefined();
    const request = (member: string, args: readonly unknown[], signature: string) =>
      desktop.bus.call({
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member,
        signature,
        args,
      });
    await request('RequestName', ['test.name', 0], 'su');
    await request('RequestName', ['test.name.other', 0], 'su');
    await request('ReleaseName', ['test.name'], 's');
    await until('both changes', () => owners.length === 2);
    expect(owners).toEqual([desktop.bus.uniqueName, undefined]);
    stop();
  });

  it('whoever calls us is refused and not left waiting', async () => {
    await expect(desktop.bus.call({ ...NOBODY, destination: bus.uniqueName })).rejects.toMatchObject({
      errorName: 'org.freedesktop.DBus.Error.UnknownMethod',
    });
  });

  it('a message that cannot be read is skipped', async () => {
    const heard: string[] = [];
    bus.onSignal({ path: '/test', interface: 'test.signal' }, (signal) => heard.push(signal.member));
    await bus.nameOwner('org.freedesktop.DBus');
    for (const [member, value] of [
      ['Unreadable', '<handle 0>'],
      ['Readable', '<true>'],
    ] as const) {
      await runProgram(
        'gdbus',
        ['emit', '--session', '--object-path', '/test', '--signal', `test.signal.${member}`, value],
        desktop.env,
      );
    }
    await until('the readable one', () => heard.includes('Readable'));
    expect(heard).toEqual(['Readable']);
    expect(await bus.nameOwner('org.freedesktop.DBus')).toBeDefined();
  });

  it('when it dies calls are rejected, it is told once, and nothing connects again', async () => {
    const asked = bus.call({ ...NOBODY, destination: desktop.bus.uniqueName, timeoutMs: 60_000 });
    const outcome = asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof BusCallError ? error.errorName : 'something else'),
    );
    await desktop.killBus();
    expect(await outcome).toMatch(/Disconnected|NoReply|UnknownMethod/u);
    await until('the loss', () => bus.isLost);
    expect(losses).toBe(1);
    await expect(bus.call(NOBODY)).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.Disconnected' });
    expect(await bus.nameOwner('org.freedesktop.DBus')).toBeUndefined();
    bus.onSignal({ path: '/', interface: 'test.signal' }, () => undefined)();
    await bus.close();
    expect(losses).toBe(1);
  });

  it('closing it ourselves is no loss', async () => {
    const asked = bus.nameOwner('org.freedesktop.DBus');
    await bus.close();
    await bus.close();
    await asked;
    expect(losses).toBe(0);
    await expect(bus.call(NOBODY)).rejects.toBeInstanceOf(BusCallError);
  });
});
