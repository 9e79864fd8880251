/**
 * The console as it is served: its policy, its files, and that it asks nobody else for anything. Platform: the API in the
 * test's process, on SQLite.
 */
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inApiWorld } from './api-world.ts';

const test = suite('console page');

test(
  'the page runs its own files and nothing else, and nobody frames it',
  inApiWorld(async world => {
    const { status, headers, text } = await world.call('GET /admin');
    assert.is(status, 200);
    const policy = String(headers['content-security-policy']);
    for (const part of [
      ...["default-src 'none'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'"],
      ...["frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"],
    ]) {
      assert.ok(policy.split('; ').includes(part), part);
    }
    assert.not.match(policy, /unsafe|\*/);
    assert.is(headers['x-frame-options'], 'DENY');
    assert.is(headers['cache-control'], 'no-store');
    const map = /<script type="importmap">(.*?)<\/script>/.exec(text)?.[1] ?? '';
    const digest = createHash('sha256').update(map).digest('base64');
    assert.match(policy, `script-src 'self' 'sha256-${digest}';`);
    const scripts = [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    assert.is(scripts.length, 2, 'the import map and the first module');
    assert.match(scripts[1] ?? '', / src="admin\//);
    assert.not.match(text, /<style|\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
  }),
);

test(
  'every file that the page names is there, for good under its version, and every import of one leads to another',
  inApiWorld(async world => {
    const { text } = await world.call('GET /admin');
    const map = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(text)?.[1] ?? '{}') as ImportMap;
    const named = [...text.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, path]) => path ?? '');
    const all = new Set([...named, ...Object.values(map.imports).map(path => path.replace('./', ''))]);
    assert.ok(all.size > 15);
    for (const path of all) {
      const file = await world.call(`GET /${path}`);
      assert.is(file.status, 200, path);
      assert.is(file.headers['cache-control'], 'public, max-age=31536000, immutable', path);
      assert.match(String(file.headers['content-type']), path.endsWith('.css') ? 'text/css' : 'text/javascript', path);
      const imports = path.endsWith('.css')
        ? []
        : file.text.matchAll(/^\s*(?:import|export)\b[^'"]*?from ?['"]([^'"]+)['"]/gm);
      for (const [, specifier = ''] of imports) {
        const target = specifier.startsWith('./')
          ? new URL(specifier, `http://x/${path}`).pathname.slice(1)
          : undefined;
        assert.ok(target ? all.has(target) : specifier in map.imports, `${path} imports ${specifier}`);
      }
      if (path.endsWith('.ts')) assert.not.match(file.text, /\binterface \w+ \{|import type/, `${path} bears types`);
    }
  }),
);

test(
  'under another version the same files come, and nobody keeps them',
  inApiWorld(async world => {
    const { status, headers } = await world.call('GET /admin/another/main.ts');
    assert.equal([status, headers['cache-control']], [200, 'public, max-age=0']);
    for (const path of ['nothing.ts', '..%2fserve-console.ts', 'tsconfig.json', 'preact']) {
      assert.is((await world.call(`GET /admin/another/${path}`)).status, 404, path);
    }
    const slash = await world.call('GET /admin/');
    assert.equal([slash.status, slash.headers.location], [302, '../admin']);
  }),
);

test(
  'pictures may come from where the bucket signs its addresses, and from nowhere else',
  inApiWorld(
    async world => {
      const { headers } = await world.call('GET /admin');
      assert.match(String(headers['content-security-policy']), "img-src 'self' data: https://storage.example;");
    },
    { around: ({ bucket }) => ({ bucket: { ...bucket, signedReadUrl: async () => 'https://storage.example/b/x?y' } }) },
  ),
);

test.run();

interface ImportMap {
  readonly imports: { readonly [specifier: string]: string };
}
