/**
 * Lets a service that had to have its files' types stripped start over without the compiler that did it. Node brings
 * that as WebAssembly, and once called it stays: 25 to 45 MiB for as long as the process lives. What it made is kept
 * (`compile-cache.js`), so that only the first start after a clone or an update comes here, and takes half a second more.
 */
import module from 'node:module';

/** By this name Node lists the compiler among what it has loaded. Were it named otherwise, nobody would start over. */
const COMPILER = 'NativeModule internal/deps/amaro/dist/index';
/** Set for the process that starts over: what could not be kept is stripped again, and once is enough. */
const STARTED_OVER = 'EASEL_STARTED_OVER';

/**
 * To be called when all is loaded and nothing begun. Does not return where it starts over: same process id, same
 * terminal. A parent that talks to this process would lose it, and Windows cannot.
 */
export function startOverCompiled(): void {
  const { execve, execPath, execArgv, argv, env } = process;
  if (!execve || process.connected || env[STARTED_OVER] || !hasCompiler() || !module.getCompileCacheDir()) return;
  module.flushCompileCache();
  execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, [STARTED_OVER]: '1' });
}

export function hasCompiler(): boolean {
  const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
  return moduleLoadList.includes(COMPILER);
}
