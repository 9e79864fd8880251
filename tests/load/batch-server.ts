/**
 * The embedded service as `npm start` puts it together, in a process of its own that can be killed, with a model that
 * draws one small picture after a given time. Started by `batches.load.ts`.
 */
import { readConfig } from '../../common/config.ts';
import { silentLog } from '../../common/log.ts';
import { startEmbedded } from '../../infra-scripts/local/embedded.ts';
import { colouredPicture } from '../doubles/test-model.ts';

export interface BatchServerOptions {
  readonly dataDir: string;
  readonly drawMs: number;
}

const { dataDir, drawMs } = JSON.parse(process.argv[2] ?? '') as BatchServerOptions;
const read = readConfig({ PORT: '0', DATA_DIR: dataDir });
if ('problems' in read) throw new Error(read.problems.join('\n'));
const picture = await colouredPicture(1);
const model = {
  async generate({ model: id }: { model: string }) {
    await new Promise(resolve => setTimeout(resolve, drawMs));
    return { bytes: picture, model: id, usage: { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 0 } };
  },
};
const running = await startEmbedded(read.config, { log: silentLog, model });

process.on('disconnect', () => process.exit());
process.on('message', () => {
  globalThis.gc?.();
  process.send?.({ rssBytes: process.memoryUsage.rss() });
});
process.send?.({ url: running.url });
