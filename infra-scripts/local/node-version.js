// Plain JavaScript, loaded before anything else: an older Node cannot even parse the TypeScript files that follow.
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 26) {
  console.error(
    `Easel needs Node 26 or newer; this is Node ${process.versions.node}. ` +
      '"npm ci" installs a suitable one beside the packages, and "npm start" uses it: run these through npm.',
  );
  process.exit(1);
}

// What was compiled once is kept in the directory for temporary files: listening after about 200 ms instead of 340.
module.enableCompileCache?.();
