/**
 * Whatever is wrong with a request gets a clear answer, leaves nothing behind, and does not keep the next good request
 * from being served. Platform: embedded.
 */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type JobAnswer, PHOTO, type Service, withService } from './service.ts';
import { waitFor } from './wait-for.ts';

const test = suite('bad input');
const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#777' } });
const png = await picture(300, 300).png().toBuffer();
const OK = { style: 'charcoal' };

const photos: readonly (readonly [what: string, photo: Buffer, status: number, code: string])[] = [
  ['empty', Buffer.alloc(0), 400, 'image_empty'],
  ['cut off', PHOTO.subarray(0, PHOTO.length / 2), 400, 'image_unreadable'],
  ['only a header', PHOTO.subarray(0, 30), 400, 'image_unreadable'],
  ['no picture', Buffer.from('hello'), 415, 'image_type_unsupported'],
  [
    'SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>'),
    415,
    'image_type_unsupported',
  ],
  ['GIF', await picture(300, 300).gif().toBuffer(), 415, 'image_type_unsupported'],
  ['TIFF', await picture(300, 300).tiff().toBuffer(), 415, 'image_type_unsupported'],
  ['AVIF', await picture(300, 300).avif().toBuffer(), 415, 'heic_not_supported'],
  ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 415, 'heic_not_supported'],
  ['animated WebP', await animated(), 415, 'image_animated'],
  ['tiny', await picture(100, 100).png().toBuffer(), 400, 'image_too_small'],
  ['a bomb of pixels', withSides(png, 30_000, 30_000), 413, 'image_too_many_pixels'],
  ['one long side', withSides(png, 10_001, 300), 413, 'image_too_many_pixels'],
  [
    'a byte more than 20 MiB',
    Buffer.concat([PHOTO, Buffer.alloc(20 * 2 ** 20 + 1 - PHOTO.length)]),
    413,
    'image_too_large',
  ],
];

const fields: readonly (readonly [what: string, fields: { [name: string]: string }, status: number, code: string])[] = [
  ['neither style nor prompt', {}, 400, 'fields_invalid'],
  ['style and prompt', { ...OK, prompt: 'Draw it.' }, 400, 'fields_invalid'],
  ['an unknown style', { style: 'cubist' }, 400, 'style_unknown'],
  ['a style that is a path', { style: '../../etc' }, 400, 'style_unknown'],
  ['an unknown field', { ...OK, colour: 'red' }, 400, 'fields_invalid'],
  ['a short prompt', { prompt: '  x ' }, 400, 'fields_invalid'],
  ['a long prompt', { prompt: 'x'.repeat(1_001) }, 400, 'fields_invalid'],
  ['options that are no JSON', { ...OK, options: 'big' }, 400, 'fields_invalid'],
  ['an unknown option', { ...OK, options: '{"seed":1}' }, 400, 'fields_invalid'],
  ['a variation out of range', { ...OK, options: '{"variation":10}' }, 400, 'fields_invalid'],
  ['a ratio that nothing draws', { ...OK, options: '{"aspectRatio":"7:5"}' }, 400, 'option_unsupported'],
  ['a size that the model cannot draw', { ...OK, options: '{"size":"4K"}' }, 400, 'option_unsupported'],
  ['metadata that is no object', { ...OK, metadata: '[1]' }, 400, 'fields_invalid'],
  ['metadata with a long value', { ...OK, metadata: JSON.stringify({ a: 'x'.repeat(501) }) }, 400, 'fields_invalid'],
  [
    'too much metadata',
    { ...OK, metadata: JSON.stringify(Object.fromEntries([...Array(17).keys()].map(n => [n, '']))) },
    400,
    'fields_invalid',
  ],
  ['a long customer', { ...OK, customerId: 'x'.repeat(129) }, 400, 'fields_invalid'],
  ['a field of 65 KiB', { ...OK, customId: 'x'.repeat(65 * 2 ** 10) }, 413, 'body_too_large'],
];

const bodies: readonly (readonly [
  what: string,
  type: string | undefined,
  body: string,
  status: number,
  code: string,
])[] = [
  ['no JSON', 'application/json', '{"style":', 400, 'body_invalid'],
  ['a JSON list', 'application/json', '[]', 400, 'body_invalid'],
  ['bytes that are no UTF-8', 'application/json', '{"style":"\xff"}', 400, 'body_invalid'],
  ['no image', 'application/json', '{"style":"charcoal"}', 400, 'image_missing'],
  ['an image that is a string', 'application/json', '{"style":"charcoal","image":"x"}', 400, 'fields_invalid'],
  [
    'an image by an address without encryption',
    'application/json',
    '{"style":"charcoal","image":{"url":"http://localhost/x"}}',
    422,
    'image_url_refused',
  ],
  [
    'an image by an address of the inside',
    'application/json',
    '{"style":"charcoal","image":{"url":"https://localhost/x"}}',
    422,
    'image_url_unreachable',
  ],
  [
    'an image by an address that is a number',
    'application/json',
    '{"style":"charcoal","image":{"url":7}}',
    400,
    'fields_invalid',
  ],
  ['base64 that is none', 'application/json', '{"style":"charcoal","image":{"data":"%%%"}}', 400, 'fields_invalid'],
  [
    'data and uploadId',
    'application/json',
    '{"style":"charcoal","image":{"data":"","uploadId":""}}',
    400,
    'fields_invalid',
  ],
  ['an empty photo', 'application/json', '{"style":"charcoal","image":{"data":""}}', 400, 'image_empty'],
  [
    'prototype pollution',
    'application/json',
    '{"__proto__":{"style":"charcoal"},"constructor":{}}',
    400,
    'fields_invalid',
  ],
  ['another type', 'text/plain', 'hello', 415, 'content_type_unsupported'],
  ['a form', 'application/x-www-form-urlencoded', 'style=charcoal', 415, 'content_type_unsupported'],
  ['no type', undefined, '', 415, 'content_type_unsupported'],
  ['multipart without a boundary', 'multipart/form-data', 'x', 400, 'body_invalid'],
  [
    'multipart that breaks off',
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="style"\r\n\r\nchar',
    400,
    'body_invalid',
  ],
  ['multipart with nothing in it', 'multipart/form-data; boundary=b', '--b--\r\n', 400, 'image_missing'],
];

test(
  'bad photos, fields and bodies are refused with their code, leave nothing behind, and a good one follows each',
  withService(async service => {
    const before = await traces(service);
    for (const [what, photo, status, code] of photos) {
      expectProblem(await service.submit(OK, { photo }), status, code, what);
    }
    for (const [what, wish, status, code] of fields) expectProblem(await service.submit(wish), status, code, what);
    for (const [what, type, text, status, code] of bodies) {
      const answer = await service.call('POST', '/v1/jobs', {
        headers: type === undefined ? {} : { 'Content-Type': type },
        body: new Uint8Array(Buffer.from(text, 'latin1')),
      });
      expectProblem(answer, status, code, what);
    }
    assert.equal(await traces(service), before, 'no file and no job was left behind');
    await goodOneFollows(service);
  }),
);

test(
  'a wrong file field, two photos and a field sent twice are refused',
  withService(async service => {
    const photo = () => new Blob([new Uint8Array(PHOTO)]);
    const wrong = new FormData();
    wrong.set('style', 'charcoal');
    wrong.set('photo', photo(), 'photo.jpg');
    expectProblem(await post(service, wrong), 400, 'image_missing', 'a file under another name');
    const two = new FormData();
    two.set('style', 'charcoal');
    two.append('image', photo(), 'a.jpg');
    two.append('image', photo(), 'b.jpg');
    expectProblem(await post(service, two), 400, 'body_invalid', 'two photos');
    const twice = new FormData();
    twice.append('style', 'charcoal');
    twice.append('style', 'ink-wash');
    twice.set('image', photo(), 'a.jpg');
    expectProblem(await post(service, twice), 400, 'body_invalid', 'a field twice');
    const text = new FormData();
    text.set('style', 'charcoal');
    text.set('image', 'not a file');
    expectProblem(await post(service, text), 400, 'image_missing', 'the photo as text');
    const asBrowsersDo = new FormData();
    asBrowsersDo.set('style', 'charcoal');
    asBrowsersDo.set('prompt', '');
    asBrowsersDo.set('options', new Blob(['{"variation":3}'], { type: 'application/json' }));
    asBrowsersDo.set('image', photo(), 'a.jpg');
    assert.is((await post(service, asBrowsersDo)).status, 202, 'an empty field is none, and a JSON part may be a file');
    await goodOneFollows(service);
  }),
);

test(
  'bad headers, ids and methods are refused',
  withService(async service => {
    for (const key of ['', '""', 'x'.repeat(256)]) {
      const answer = await service.submit(OK, { headers: { 'Idempotency-Key': key } });
      expectProblem(answer, 400, 'idempotency_key_invalid', `"${key.slice(0, 5)}"`);
    }
    for (const id of ['x', 'job_', `job_${'A'.repeat(26)}`, `job_${'a'.repeat(200)}`, '%00', 'job_%2e%2e']) {
      expectProblem(await service.call('GET', `/v1/jobs/${id}`), 404, 'not_found', id);
    }
    expectProblem(await service.call('GET', '/v1/jobs/%E0%A4%A'), 404, 'not_found', 'a path that does not decode');
    expectProblem(await service.call('PATCH', '/v1/jobs'), 405, 'method_not_allowed', 'PATCH');
    expectProblem(await service.call('GET', '/v1'), 404, 'route_not_found', '/v1');
    await goodOneFollows(service);
  }),
);

test(
  'a client that goes away in the middle of its upload leaves nothing behind',
  withService(async service => {
    const before = await traces(service);
    const { server } = await service.keys();
    const url = new URL(service.url());
    for (let count = 0; count < 20; count++) {
      await new Promise<void>(resolve => {
        const socket = connect(Number(url.port), url.hostname, () => {
          socket.write(
            `POST /v1/jobs HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${server}\r\n` +
              'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n' +
              '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nhalf a pho',
            () => {
              socket.destroy();
              resolve();
            },
          );
        });
      });
    }
    assert.is((await service.call('GET', '/health', { key: null })).status, 200);
    assert.equal(await traces(service), before);
    await goodOneFollows(service);
  }),
);

test(
  'a photo of exactly 20 MiB is taken, and 200 uploads at once are all answered',
  withService(async service => {
    const large = Buffer.concat([PHOTO, Buffer.alloc(20 * 2 ** 20 - PHOTO.length)]);
    assert.is((await service.submit(OK, { photo: large })).status, 202);
    const medium = (index: number) => Buffer.concat([PHOTO, Buffer.alloc(100_000, index)]);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => service.submit(OK, { photo: medium(index) })),
    );
    assert.equal([...new Set(answers.map(({ status }) => status))], [202]);
  }),
);

test(
  'when nothing can be written any more, jobs are refused and what was taken in is still served',
  withService(
    async service => {
      const { body: taken } = await service.submit(OK, { headers: { Prefer: 'wait=20' } });
      assert.is(taken.status, 'succeeded');
      // Each leaves a few KiB in the log of the database, until that may not grow any more.
      let refused: Answer | undefined;
      for (let index = 0; index < 200 && refused?.status !== 503; index++) {
        refused = await service.submit(OK, { photo: Buffer.concat([PHOTO, Buffer.from([index])]) });
      }
      assert.ok(refused);
      expectProblem(refused, 503, 'unavailable', 'disk full');
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
      // The proof that /ready asks for is smaller than a submit: small writes use up what is left for it.
      await waitFor(
        '/ready to fail',
        async () => {
          for (let full = false; !full; ) {
            const body = '{"contentType":"image/png","bytes":1}';
            full =
              (await service.call('POST', '/v1/uploads', { headers: { 'Content-Type': 'application/json' }, body }))
                .status === 503;
          }
          return (await service.call('GET', '/ready', { key: null })).status === 503;
        },
        { limitMs: 30_000 },
      );
      assert.is((await service.call('GET', '/health', { key: null })).status, 200);
      const { status, body } = await service.call('GET', `/v1/jobs/${taken.id}`);
      assert.equal([status, body.status], [200, 'succeeded']);
    },
    {},
    { fileKiBMax: 1_400 },
  ),
);

test('a directory that cannot be written to is refused at the start with a sentence', async () => {
  for (const directory of ['/sys/easel', '/proc/easel/data', join(import.meta.dirname, 'service.ts')]) {
    const start = withService(async () => {}, { DATA_DIR: directory });
    await start().then(
      () => assert.unreachable('it started'),
      (error: Error) =>
        assert.match(error.message, `Easel cannot start. The database in ${directory} cannot be opened`),
    );
  }
});

test.run();

function expectProblem({ status, body, headers }: Answer, wanted: number, code: string, what: string): void {
  assert.equal([status, body.code], [wanted, code], `${what}: ${JSON.stringify(body)}`);
  assert.is(headers.get('content-type'), 'application/problem+json', what);
  assert.match(headers.get('request-id') ?? '', /^[\w-]{16}$/, what);
  const { title, detail = '' } = body as JobAnswer & { title: string; detail?: string };
  assert.ok(title.length > 10, what);
  assert.not.match(`${title} ${detail}`, /\bat \w+ \(|node_modules|Error:/, 'no stack traces');
}

function post(service: Service, body: FormData): Promise<Answer> {
  return service.call('POST', '/v1/jobs', { body });
}

async function goodOneFollows(service: Service): Promise<void> {
  const { status, body } = await service.submit(OK, { headers: { Prefer: 'wait=20' } });
  assert.equal([status, body.status], [200, 'succeeded']);
}

/** Every object in the bucket, and how many jobs there are. */
async function traces(service: Service): Promise<unknown> {
  const { body } = await service.call<{ jobs: unknown[] }>('GET', '/v1/jobs?limit=100');
  const files = await readdir(join(service.directory, 'objects'), { recursive: true });
  return [body.jobs.length, files.filter(name => /inputs|uploads|\.tmp./.test(name))];
}

/** The picture with other sides in its header. */
function withSides(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  return changed;
}

function animated(): Promise<Buffer> {
  const frames = Buffer.concat([Buffer.alloc(270_000, 9), Buffer.alloc(270_000, 200)]);
  const raw = { width: 300, height: 600, channels: 3, pageHeight: 300 } as const;
  return sharp(frames, { raw })
    .webp({ loop: 0, delay: [100, 100] })
    .toBuffer();
}
