import { writeEndpoint } from '../../electron/edges/http/endpoint-file';
import { ENGINE_TOKEN, START, type World } from './world';

/** An API that `gatehouse` commands find by its home's endpoint file, as the app's is. */
export type FindableApi = {
  /** The variables of a command that may speak for any agent. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the API, and leaves the file, as a crash does. */
  away(): Promise<void>;
  /** Starts another one. */
  back(): Promise<void>;
};

/** Starts the API of a world where commands find it; it is closed after the test. */
export async function startFindableApi(world: World): Promise<FindableApi> {
  let api = await start();
  return {
    environment: { GATEHOUSE_HOME: world.home, GATEHOUSE_TOKEN: ENGINE_TOKEN },
    away: () => api.close(),
    async back() {
      api = await start();
    },
  };

  async function start() {
    const started = await world.startApi();
    writeEndpoint(world.home, { url: started.url, port: started.port, version: '0.0.0-test', startedAtMs: START });
    return started;
  }
}
