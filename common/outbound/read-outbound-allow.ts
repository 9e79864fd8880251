/**
 * Reads the setting OUTBOUND_ALLOW: origins that are exempt from the rules on https, port and address. Each is exact:
 * a pattern that lets one more host in than its writer thought of would open the internal network.
 */
export type OutboundAllow = { readonly origins: readonly string[] } | { readonly problem: string };

const EXPECTED = 'origins such as https://hooks.example.com or http://127.0.0.1:9000, separated by commas';

/** The problem reads "expected … got …" and names every entry that is wrong. */
export function readOutboundAllow(text: string): OutboundAllow {
  const entries = text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '');
  const wrong = entries.filter(entry => originOf(entry) === undefined);
  if (wrong.length > 0) return { problem: `expected ${EXPECTED}, got ${wrong.map(entry => `"${entry}"`).join(', ')}` };
  return { origins: [...new Set(entries.map(entry => originOf(entry) ?? ''))] };
}

/** As a URL has it: lower case, without the port that goes without saying. */
function originOf(entry: string): string | undefined {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname.includes('*')) return undefined;
  // A path, a query or a user name would be taken for a part of the rule, and none of them is.
  return url.href === `${url.origin}/` && !/[?#]/.test(entry) ? url.origin : undefined;
}
