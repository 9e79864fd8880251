/**
 * What shoppers were told of their jobs, as text. A client that sends no ETag is told the same several times before its
 * place or time moves on. The ETag stands for all that the answer shows, so that job and ETag together name one text; who
 * may see the job is asked before, each time. A server's answer tells of the run as well, for which no ETag stands.
 */
export type PollAnswers = (id: string, etag: string, make: () => Promise<object>) => Promise<string>;

/** Of all texts together; one has some 700. */
const CHARACTERS_MAX = 2 ** 21;

export function createPollAnswers(charactersMax = CHARACTERS_MAX): PollAnswers {
  const known = new Map<string, string>();
  let characters = 0;
  return async (id, etag, make) => {
    const key = `${id} ${etag}`;
    const hit = known.get(key);
    if (hit !== undefined) return hit;
    const text = JSON.stringify(await make());
    if (characters + text.length > charactersMax) {
      known.clear();
      characters = 0;
    }
    if (text.length <= charactersMax && !known.has(key)) {
      known.set(key, text);
      characters += text.length;
    }
    return text;
  };
}
