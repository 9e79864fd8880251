/**
 * Runs the examples of docs/client.md as they stand there, with the module that the service serves. Platform: embedded.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO, type Service, withService } from './service.ts';

const test = suite('docs/client.md');

test(
  'the example for Node draws a photo into a file',
  withService(async service => {
    const [node = ''] = await examples();
    await saveClient(service);
    await writeFile(join(service.directory, 'draw.mjs'), node);
    await writeFile(join(service.directory, 'cat.jpg'), PHOTO);
    const env = { ...process.env, EASEL_URL: service.url(), EASEL_KEY: (await service.keys()).server };
    const args = ['draw.mjs', 'cat.jpg', 'charcoal'];
    await promisify(execFile)(process.execPath, args, { cwd: service.directory, env });
    const { width = 0, format } = await sharp(await readFile(join(service.directory, 'picture.jpg'))).metadata();
    assert.ok(width > 500 && format === 'jpeg', `${format}, ${width} px`);
  }),
);

test(
  'the examples for pages show progress, each state, the picture, and what a timeout leaves',
  withService(async service => {
    const [, page = '', later = ''] = await examples();
    const [head = '', ...body] = page.split('\n\n');
    const path = await saveClient(service);
    const imported = head.replace('import', 'const').replace(/ from '.*'/, ` = await import('${path}')`);
    const { storefront } = await service.keys();
    const code = [imported, ...body, `{${later}}`]
      .join('\n')
      .replaceAll('https://easel.example.com', service.url())
      .replaceAll('pk_…', storefront);
    const shown: string[] = [];
    const run = Function('file', 'show', 'path', `return (async () => {${code}})();`);
    await run(new Blob([new Uint8Array(PHOTO)]), (text: unknown) => shown.push(String(text)), path);
    assert.match(shown[0] ?? '', /^100 %$/);
    const next = (found: RegExp | string) => {
      const index = shown.findIndex(text => (typeof found === 'string' ? text === found : found.test(text)));
      assert.ok(index >= 0, `${found} in ${shown}`);
      shown.splice(0, index + 1);
    };
    next(/^(queued|running), /);
    next('succeeded');
    next(/^http.*cache/);
    next('timeout');
    next('succeeded');
    next(/^\d{4,}$/);
  }),
);

test.run();

async function examples(): Promise<string[]> {
  const page = await readFile(new URL('../docs/client.md', import.meta.url), 'utf8');
  return [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
}

/** As the page says: `curl -o easel-client.mjs`. */
async function saveClient(service: Service): Promise<string> {
  const path = join(service.directory, 'easel-client.mjs');
  await writeFile(path, await (await fetch(`${service.url()}/easel-client.js`)).text());
  return path;
}
