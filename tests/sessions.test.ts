/**
 * What POST /v1/sessions takes and answers. Platform: embedded; what Firestore adds on google stands in
 * `tests/google/firestore-clients.emulator.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type CallOptions, type Service, withService } from './service.ts';

const test = suite('sessions');
const JSON_BODY = { 'Content-Type': 'application/json' };

interface SessionAnswer {
  readonly token: string;
  readonly expiresAt: string;
  readonly firestore?: unknown;
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

test(
  'without a body, or with one that asks for nothing, a session is a token and its end',
  withService(async service => {
    const nothing: readonly CallOptions[] = [
      {},
      { body: '', headers: { 'Content-Type': 'text/plain' } },
      { headers: JSON_BODY },
      { body: '{}', headers: JSON_BODY },
      { body: '{"firestore":false}', headers: JSON_BODY },
    ];
    for (const options of nothing) {
      const { status, headers, body } = await open(service, options);
      assert.equal([status, headers.get('cache-control')], [201, 'no-store']);
      assert.equal(Object.keys(body).sort(), ['expiresAt', 'token']);
      assert.is((await service.call('GET', '/v1/quota', { key: body.token })).status, 200);
    }
    const { storefront } = await service.keys();
    const streamed = { method: 'POST', body: new Blob([]).stream(), duplex: 'half' } as const;
    const headers = { Authorization: `Bearer ${storefront}` };
    assert.is((await fetch(`${service.url()}/v1/sessions`, { ...streamed, headers })).status, 201, 'of unknown length');
  }),
);

test(
  'where there is no Firestore the answer says so, and the session is as good as any',
  withService(async service => {
    const { status, body } = await open(service, { body: '{"firestore":true}', headers: JSON_BODY });
    assert.equal([status, body.firestore], [201, null]);
    assert.is((await service.call('GET', '/v1/quota', { key: body.token })).status, 200);
  }),
);

test(
  'a body that says anything else is refused by name',
  withService(async service => {
    const refused = async (options: CallOptions) => {
      const { status, body } = await open(service, options);
      return [status, body.code, ...(body.errors ?? []).map(({ pointer }) => pointer)];
    };
    const json = (body: string) => ({ body, headers: JSON_BODY });
    assert.equal(await refused(json('{"firestore":true,"customerId":"7"}')), [400, 'fields_invalid', '/customerId']);
    assert.equal(await refused(json('{"firestore":"yes"}')), [400, 'fields_invalid', '/firestore']);
    assert.equal(await refused(json('{"firestore":null}')), [400, 'fields_invalid', '/firestore']);
    assert.equal(await refused(json('[]')), [400, 'body_invalid']);
    assert.equal(await refused(json('{')), [400, 'body_invalid']);
    assert.equal(await refused(json(' '.repeat(256 * 1_024 + 1))), [413, 'body_too_large']);
    assert.equal(await refused({ body: '{"firestore":true}' }), [415, 'content_type_unsupported']);
  }),
);

test.run();

async function open(service: Service, options: CallOptions): Promise<Answer<SessionAnswer>> {
  const { storefront } = await service.keys();
  return service.call<SessionAnswer>('POST', '/v1/sessions', { key: storefront, ...options });
}
