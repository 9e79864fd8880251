/**
 * What is sold: a picture, which is kept for the order; and a photo without a picture, which the shop has drawn for its
 * order later. And what a customer who leaves takes along.
 */
import { type Client, insistOn, order } from './client.ts';
import { colouredSquare } from './photo.ts';

const DRAWS_MAX = 4;

/** A picture is sold, perhaps before it is drawn, and perhaps erased after that. */
export async function sell(client: Client): Promise<void> {
  const { world, dice, name, told } = client;
  const id = await order(client);
  if (id === undefined) return;
  await world.schedule.sleep(dice.between(0, 90_000));
  const orderId = `sale-${name}`;
  const answer = await insistOn(client, { method: 'POST', path: `/v1/jobs/${id}/order`, body: { orderId } });
  if (answer && answer.status !== 200)
    world.laws.broken(`the sale of ${id} was refused: ${answer.status} ${answer.text}`);
  if (answer) told.sold = { jobId: id, orderId };
  if (!dice.chance(0.3)) return;
  await world.schedule.sleep(dice.between(0, 30_000));
  const gone = await insistOn(client, { method: 'DELETE', path: `/v1/jobs/${id}` });
  if (gone?.status === 200) told.erased = true;
}

/** The shop has everything of a customer erased, whatever goes on at that moment. */
export async function leave(client: Client): Promise<void> {
  const { world, dice, told, fields } = client;
  await order(client);
  await world.schedule.sleep(dice.between(0, 60_000));
  const path = `/v1/customers/${String(fields.customerId)}`;
  const answer = await insistOn(client, { method: 'DELETE', path });
  if (!answer) return;
  if (answer.status !== 202) world.laws.broken(`${path} was not to be erased: ${answer.status} ${answer.text}`);
  else told.left = (JSON.parse(answer.text) as { id: string }).id;
}

/** A photo goes with an order; the shop has it drawn, and asks again where that brought nothing. */
export async function sendPhoto(client: Client): Promise<void> {
  const { world, dice, name, told } = client;
  const photo = Buffer.from(colouredSquare(), 'base64');
  const body = { contentType: 'image/png', bytes: photo.length };
  const opened = await insistOn(client, { method: 'POST', path: '/v1/uploads', body });
  if (opened?.status !== 201) return;
  const { uploadId, url } = JSON.parse(opened.text) as { uploadId: string; url: string };
  world.bucket.arrives(url, photo, 'image/png');
  const path = `/v1/uploads/${uploadId}`;
  const kept = await insistOn(client, { method: 'POST', path: `${path}/keep`, body: { style: 'charcoal' } });
  if (kept?.status !== 200) return refused(client, 'to be kept', kept);
  const orderId = `photo-${name}`;
  const sold = await insistOn(client, { method: 'POST', path: `${path}/order`, body: { orderId } });
  if (sold?.status !== 200) return refused(client, 'to be ordered', sold);
  told.photo = { uploadId, orderId };
  for (let draw = 0; draw < DRAWS_MAX && dice.chance(0.8); draw++) {
    const answer = await insistOn(client, { method: 'POST', path: `${path}/draw`, body: {} });
    if (answer && answer.status < 300) told.ids.add((JSON.parse(answer.text) as { id: string }).id);
    else if (answer && answer.status !== 429) return refused(client, 'to be drawn', answer);
    await world.schedule.sleep(dice.between(1_000, 120_000));
  }
  if (!dice.chance(0.3)) return;
  told.photo = { uploadId, orderId, erased: 'perhaps' };
  const gone = await insistOn(client, { method: 'DELETE', path });
  // One whose answer was lost has done it already.
  if (gone) told.photo = { uploadId, orderId, erased: 'surely' };
  if (gone && gone.status !== 204 && gone.status !== 404) refused(client, 'to be erased', gone);
}

function refused({ world, name }: Client, what: string, answer: { status: number; text: string } | undefined): void {
  if (answer) world.laws.broken(`the photo of ${name} was not ${what}: ${answer.status} ${answer.text}`);
}
