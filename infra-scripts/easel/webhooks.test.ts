/**
 * The commands about webhooks as operators have them: the real process against the real service, in a pipe.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonOf } from '../../tests/operator-calls.ts';
import { PHOTO, type Service, withService } from '../../tests/service.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { atDesk, type Desk, ESCAPE, send, withServer } from './easel-process.ts';

const test = suite('easel webhooks');

test(
  'an event that nobody took is listed and sent again, and the secret is printed once and alone',
  asOperator(async ({ run }, service) => {
    assert.equal((await run('webhooks list')).err, 'No deliveries.\n');
    const id = await submit(service, 'https://127.0.0.1/hooks');
    const listed = await waitFor('a try', async () => {
      const { out } = await run('webhooks list');
      return /address_forbidden/.test(out) && out;
    });
    assert.match(listed, /^ID +EVENT +STATE +TRIES +LATEST +NEXT +TO\n/);
    const event = `evt_${id.replace('job_', '')}_1`;
    assert.match(listed, new RegExp(`${event} +job\\.succeeded +pending +1 +address_forbidden`));
    assert.is((await run(`webhooks list --job ${id} --state pending --json`)).json()[0]?.id, event);
    assert.is((await run('webhooks list --state delivered --json')).json().length, 0);

    const again = await run(['webhooks', 'replay', event, '--reason', 'to see']);
    assert.equal([again.code, again.out], [0, `${event}  pending\n`], again.err);
    await waitFor('another try', async () => /pending +2 /.test((await run('webhooks list')).out));
    assert.is((await run('webhooks replay evt_00000000000000000000000000_1')).code, 4);
    assert.is((await run(`webhooks replay ${id}`)).code, 2);

    const unasked = await run('webhooks rotate-secret default');
    assert.equal([unasked.code, unasked.out, /nobody is there to be asked/.test(unasked.err)], [2, '', true]);
    const rotated = await run(['webhooks', 'rotate-secret', 'default', '--yes', '--reason', 'yearly']);
    assert.equal([rotated.code, /^whsec_[A-Za-z0-9+/]{43}=\n$/.test(rotated.out)], [0, true], rotated.err);
    assert.match(rotated.err, /The one before signs until/);
    assert.is((await run('webhooks rotate-secret nobody --yes')).code, 4);
    assert.match((await run('audit list')).out, /webhook\.rotate +shops\/default +yearly/);
    assert.is(service.output().includes('whsec_'), false);
  }),
);

test('names from outside cannot steer the terminal', async () => {
  const text = `${ESCAPE}[2Jowned`;
  const delivery = { id: 'evt_1', jobId: 'job_1', type: text, url: text, state: text, occurredAt: '', tries: [] };
  await withServer(
    (_, response) => send(response, 200, { deliveries: [delivery] }),
    async ({ run }) => {
      const { code, out } = await run('webhooks list');
      assert.equal([code, out.includes('�[2Jowned'), out.includes(ESCAPE)], [0, true, false]);
    },
  );
});

test.run();

async function submit(service: Service, url: string): Promise<string> {
  const image = { data: PHOTO.toString('base64') };
  const { body } = await service.call('POST', '/v1/jobs', jsonOf({ style: 'charcoal', webhook: { url }, image }));
  return (await service.done(body.id)).id;
}

function asOperator(work: (desk: Desk, service: Service) => Promise<void>): () => Promise<void> {
  return withService(async service => {
    const { admin } = await service.keys();
    await atDesk({ EASEL_URL: service.url(), EASEL_ADMIN_KEY: admin }, desk => work(desk, service));
  });
}
