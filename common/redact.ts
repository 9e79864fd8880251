/**
 * The second line of defence for free texts in logs, after the rule that no secret is put into one: what has the form of
 * a secret is taken out, whoever wrote the text. Errors of libraries and of the system are such texts: they quote what
 * they were given.
 */

const LENGTH_MAX = 1_000;

/** Each pattern with what stands there instead; the order counts. */
const SECRETS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/-----BEGIN [\s\S]*?(?:-----END [^-]*-----|$)/g, '…'],
  // What a parser and a header's check quote of what they were given.
  [/(?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON/g, '… is not valid JSON'],
  [/"[\s\S]*" is an invalid header value/g, '… is an invalid header value'],
  [/\b((?:proxy-)?authorization|(?:set-)?cookie|x-goog-api-key)(["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, '$1$2…'],
  [/\b(Bearer|Basic)\s+\S+/gi, '$1 …'],
  // Of an address: who logs in, and everything behind the question mark, where signatures and tokens are.
  [/:\/\/[^\s/@]*@/g, '://…@'],
  [/\?[^\s"'?=]*=[^\s"']*/g, '?…'],
  // Our keys, JWTs, Google's keys and tokens.
  [/\b(pk_|sk_|ak_|whsec_)[\w+/=-]{16,}/g, '$1…'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){1,2}/g, '…'],
  [/\bAIza[\w-]{20,}|\bya29\.[\w.-]+/g, '…'],
  // Base64 of a picture, or a token of a kind not thought of. The longest path of an object has 83 of these characters.
  [/[\w+/=-]{100,}/g, '…'],
];

/** One line of at most 1,000 characters. */
export function redact(text: string): string {
  // A pattern need not look at what is cut off in any case.
  let told = text.slice(0, 4 * LENGTH_MAX);
  for (const [pattern, instead] of SECRETS) told = told.replace(pattern, instead);
  return told
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LENGTH_MAX);
}
