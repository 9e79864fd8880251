/**
 * Runs the Gemini double in a process of its own: `node tests/doubles/gemini/main.ts '{"kind":"endless"}'`. The answer
 * to every call stands on the command line (a picture unless told); its first line of output is `{"url", "apiKey"}`.
 */
import { type GeminiAnswer, openGeminiDouble } from '../gemini.ts';

const [, , given] = process.argv;
const double = await openGeminiDouble(given === undefined ? {} : { answer: JSON.parse(given) as GeminiAnswer });
console.log(JSON.stringify({ url: double.url, apiKey: double.apiKey }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void double.close().then(() => process.exit(0)));
}
