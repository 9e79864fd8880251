// Plain JavaScript, the entry of the images: `node boot.cjs api` runs `built/api.cjs`, with the code that V8 had compiled
// when the image was built and the service had taken a request. Node's own compile cache holds what is compiled while
// files load; a service spends more on what it compiles at its first request. A cache of another Node is not used, and
// that is said.
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script, constants } = require('node:vm');

const root = join(__dirname, '../..');
const [service] = process.argv.slice(2);
const writes = process.env.CODE_CACHE === 'write';
const packaged = createRequire(join(root, 'package.json'));

/** What a module of the bundle asks for its own place is told where its source lies. */
const place = {
  path: path => join(root, path),
  url: path => pathToFileURL(join(root, path)).href,
  resolve: specifier => require('./resolve.mjs').resolve(specifier),
};

let later;
const fromLater = name => {
  later ??= run(`${service}-later`, packaged);
  return name in later ? later[name] : packaged(name);
};
// Node's own modules are asked for all the time, and never lie in the second file.
run(service, name => (name.startsWith('@') || name === 'google-gax' ? fromLater(name) : packaged(name)));

function run(name, requireFrom) {
  const file = join(root, 'built', `${name}.cjs`);
  // The bundles are plain ASCII. As text of one byte a character that V8 owns (which it does not, were it not put
  // together here) it starts 30 ms earlier than as any other.
  const script = new Script(`(function (exports, require, module, __place) {${readFileSync(file, 'latin1')}\n})`, {
    filename: file,
    cachedData: writes ? undefined : read(`${file}.cache`),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (script.cachedDataRejected) console.error(`${file}.cache is of another Node and not used: the start takes longer`);
  if (writes) process.on('exit', () => writeFileSync(`${file}.cache`, script.createCachedData()));
  const module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, requireFrom, module, place);
  return module.exports;
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
