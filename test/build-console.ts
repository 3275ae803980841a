/** Before tests that show pages: the console as its source is now. */
import { buildStaleConsole } from '../src/cli/console-build.ts';
import { createLog } from '../src/lib/log.ts';

export const setup = () => buildStaleConsole(createLog('warn'));
