/**
 * The real service as `npm start` puts it together, but for its model, which answers at once with one small picture:
 * what is measured is Easel and not a model. With `paused` its worker does not draw; with `stuck` its model never
 * answers.
 */
import { readConfig } from '../../common/config.ts';
import { readKeys } from '../../common/embedded/secrets.ts';
import { pauseQueue } from '../../common/pause.ts';
import type { Model } from '../../common/platform/model.ts';
import { createLog } from '../../common/telemetry.ts';
import { startEmbedded } from '../../infra-scripts/local/embedded.ts';
import { answerBenchmark, nowMs } from './child.ts';

export interface EaselOptions {
  readonly dataDir: string;
  readonly paused?: boolean;
  readonly stuck?: boolean;
}

export interface EaselReady {
  readonly url: string;
  /** The server key. */
  readonly key: string;
  readonly adminKey: string;
  readonly storefrontKey: string;
}

/** 64 × 80 pixels of one colour. It is verified, and its preview made, like any other picture. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABQCAIAAAAm3eQSAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAvUlEQVRoge2SAQkAURSDFsxgF9FYF2M8/mABVBY/Ti91AidAvaK7' +
    'EHeXOoEToF7RXYi7S53ACVCv6C7E3aVO4ASoV3QX4u5SJ3AC1Cu6C3F3qRM4AeoV3YW4u9QJnAD1iu5C3F3qBE6AekV3Ie4udQInQL2iuxB3lzqBE6Be0V2Iu0udwAlQr+gu' +
    'xN2lTuAEqFd0F+LuUidwAtQrugtxd6kTOAHqFd2FuLvUCZwA9YruQtxd6gROgHpFX77QDyT9sbTUOYmhAAAAAElFTkSuQmCC',
  'base64',
);
const USAGE = { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 0 };

const { dataDir, paused, stuck } = JSON.parse(process.argv[2] ?? '{}') as EaselOptions;
const model: Model = {
  async generate({ model }) {
    if (stuck) await new Promise(() => {});
    return { bytes: PICTURE, model, usage: USAGE };
  },
};
// The engine's own rounds fill the ledger of the day with what pictures would cost.
const read = readConfig({ PORT: '0', DATA_DIR: dataDir, BUDGET_USD_PER_DAY: '1000000' });
if ('problems' in read) throw new Error(read.problems.join('\n'));
// Every line is made as in production; only the terminal is left out.
const log = createLog({ readable: false, write: () => {} });
const startedAt: number[] = [];
const { url, engine } = await startEmbedded(read.config, {
  log,
  model,
  point: name => void (name === 'delivered' && startedAt.push(nowMs())),
});
if (paused) await pauseQueue(engine, 'interactive', { because: 'operator', reason: 'only the intake is measured' });

const { server: key, admin: adminKey, storefront: storefrontKey } = readKeys(dataDir, engine.random);
const ready: EaselReady = { url, key, adminKey, storefrontKey };
// When the worker was handed its tasks, since this was asked last.
answerBenchmark({ startedAt: () => startedAt.splice(0) }, ready);
