// Where Node keeps what it has compiled, the TypeScript files without their types above all: a folder of the user's own.
// Node's default lies in the directory for temporary files, where on many machines anybody could put code for us to run.
// Plain JavaScript for any Node, as all that is loaded before the version is known to do.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Node's own variables (`NODE_COMPILE_CACHE`, `NODE_DISABLE_COMPILE_CACHE`) go before. What cannot be written is not kept. */
export function keepCompiled(env = process.env) {
  module.enableCompileCache?.(env.NODE_COMPILE_CACHE || join(cacheFolder(env), 'easel'));
}

/** As the platforms have it; an empty variable is none. */
export function cacheFolder(env, platform = process.platform) {
  if (platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}
