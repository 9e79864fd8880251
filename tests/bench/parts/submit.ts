/** Submits: of a small job and of a photo of 200 KB, and of the small one while a worker works. */
import { nameOf, serving } from '../contenders.ts';
import { submitsOf } from '../requests.ts';
import { inTurns, type Measure, type Part, prepare, type Sheet, type Stage, type Subjects } from '../stage.ts';
import { HTTP_METRICS, measureLoad } from './http-load.ts';
import { type Server, startBare, startEasel, startPeerServer, submitOne } from './servers.ts';

/** A disk that was written to a lot is slow for a while. */
const LARGE_MAX = 400;

export const submit: Part = {
  name: 'submit',
  title: 'Submit',
  about:
    'A form with a style and a photo, every photo another one, over 50 connections, each with its next request as soon as it has ' +
    'the answer to the last. **Easel** authenticates, checks the photo, looks whether the picture exists, writes the photo ' +
    'durably, and commits job, run and task before it answers 202; its queue is paused, so that only the intake works. ' +
    '*Bare koa* parses the same form with the same busboy, checks and keeps nothing, and answers the same bytes. The peers ' +
    'are that koa with the photo (1 KB, base64) added to their queue. With workers: Easel’s own draws and verifies real ' +
    'pictures in the same process; a peer’s does nothing, in a process of its own. The processor time is the answering process’s alone: ' +
    'Redis, PostgreSQL and the peers’ workers come on top.',
  async measure(stage, sheet) {
    await measureIntake(stage, sheet);
    stage.processes.endAll();
    await measureWhileWorking(stage, sheet);
  },
};

async function measureIntake(stage: Stage, sheet: Sheet): Promise<void> {
  const [easel, bare] = [await startEasel(stage, { paused: true }), await startBare(stage)];
  const { body } = await submitOne(easel, stage.photos.small);
  await bare.ask('learn', [['/v1/jobs', { body }]]);
  const small: Subjects = new Map([
    ['Easel', submits(easel, stage.photos.small)],
    ['bare koa', submits(bare, stage.photos.small)],
  ]);
  for (const contender of serving(stage)) {
    await prepare(sheet, small, `koa + ${nameOf(contender)}`, async () =>
      submits(await startPeerServer(stage, contender), stage.photos.small),
    );
  }
  const plan = { metrics: HTTP_METRICS, own: 'Easel' };
  await inTurns(stage, sheet, { title: 'Submit, 1 KB', subjects: small, ...plan });
  const large: Subjects = new Map([
    ['Easel', submits(easel, stage.photos.large, LARGE_MAX)],
    ['bare koa', submits(bare, stage.photos.large, LARGE_MAX)],
  ]);
  await inTurns(stage, sheet, { title: 'Submit, photo of 200 KB', subjects: large, ...plan });
}

async function measureWhileWorking(stage: Stage, sheet: Sheet): Promise<void> {
  const easel = await startEasel(stage);
  const paused = await startEasel(stage, { paused: true });
  const subjects: Subjects = new Map([
    ['Easel', submits(easel, stage.photos.small)],
    ['Easel, its worker paused', submits(paused, stage.photos.small)],
  ]);
  for (const contender of serving(stage)) {
    await prepare(sheet, subjects, `koa + ${nameOf(contender)}`, async () =>
      submits(await startPeerServer(stage, contender, { works: true }), stage.photos.small),
    );
  }
  const title = 'Submit, 1 KB, while a worker works';
  await inTurns(stage, sheet, { title, subjects, metrics: HTTP_METRICS, own: 'Easel' });
}

function submits(server: Server, photo: Buffer, requestsMax = Number.POSITIVE_INFINITY): Measure {
  const next = submitsOf(photo, server);
  return round => measureLoad(server, { url: server.url, next, status: 202, requestsMax }, round);
}
