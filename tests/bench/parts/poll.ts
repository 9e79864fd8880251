/** Polls: of a job that waits, of one that is done, and of one that has not changed since (304). */
import { nameOf, serving } from '../contenders.ts';
import { pollsOf } from '../requests.ts';
import { inTurns, type Measure, type Part, prepare, type Sheet, type Stage, type Subjects } from '../stage.ts';
import { HTTP_METRICS, measureLoad } from './http-load.ts';
import { asShopper, type KnownJob, type Server, startBare, startEasel, startPeerServer, submitOne } from './servers.ts';

export const poll: Part = {
  name: 'poll',
  title: 'Poll',
  about:
    'The same job over 50 connections, by a shopper’s page. **Easel** checks the session, reads the job, computes its place in the queue, its time and the ' +
    'ETag; a job that is done has two signed URLs. A shop’s server is told more: model, cost and attempts. *Bare koa* returns the same bytes from memory. The peers read their job and ' +
    'return it as JSON.',
  async measure(stage, sheet) {
    const { small } = stage.photos;
    const easel = await startEasel(stage, { paused: true });
    const [intake, whole] = [await asShopper(easel), await asShopper(await startEasel(stage))];
    const bare = await startBare(stage);
    const waiting = await submitOne(intake, small);
    const done = await submitOne(whole, small, { wait: true });
    const byServer = await submitOne(easel, small);
    const known = [waiting, done, byServer].map(job => [job.path, job]);
    await bare.ask('learn', known);

    const waits: Subjects = new Map([
      ['Easel', polls(intake, waiting)],
      ['bare koa', polls(bare, waiting)],
    ]);
    for (const contender of serving(stage)) {
      await prepare(sheet, waits, `koa + ${nameOf(contender)}`, async () => {
        const server = await startPeerServer(stage, contender);
        return polls(server, await submitOne(server, small));
      });
    }
    await compare(stage, sheet, 'Poll, a job that waits', waits);
    await compare(stage, sheet, 'Poll, a job that is done', pair(whole, bare, done, 200));
    await compare(stage, sheet, 'Poll, unchanged (304)', pair(intake, bare, waiting, 304));
    await compare(stage, sheet, 'Poll by a shop’s server', pair(easel, bare, byServer, 200));
  },
};

function compare(stage: Stage, sheet: Sheet, title: string, subjects: Subjects): Promise<void> {
  return inTurns(stage, sheet, { title, subjects, metrics: HTTP_METRICS, own: 'Easel' });
}

function pair(easel: Server, bare: Server, job: KnownJob, status: 200 | 304): Subjects {
  return new Map([
    ['Easel', polls(easel, job, status)],
    ['bare koa', polls(bare, job, status)],
  ]);
}

function polls(server: Server, { path, etag }: KnownJob, status: 200 | 304 = 200): Measure {
  const next = pollsOf(path, server.key, status === 304 ? [`If-None-Match: ${etag}`] : []);
  return round => measureLoad(server, { url: server.url, next, status }, round);
}
