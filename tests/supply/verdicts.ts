/**
 * What npm's answers mean: a verdict on the packages, or that the registry has none to give. Anything else is a fault of
 * the check and thrown.
 */
import { ADVISORIES, LOOK_AGAIN_DAYS } from './allowed.ts';

export type Verdict =
  | { readonly kind: 'verdict'; readonly complaints: readonly string[] }
  /** The registry, or what belongs to it, cannot be asked. */
  | { readonly kind: 'not offered'; readonly why: string };

interface NpmError {
  readonly message?: string;
  readonly statusCode?: number;
  readonly error?: { readonly code?: string | null; readonly summary?: string };
}

/** Of the network, and of a registry that knows no such address or is down. */
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT)$/;
const NO_ANSWER = /failed, reason: /;
const NO_KEYS = /found no dependencies to audit that were installed from a supported registry/;
const NO_SUCH_ADDRESS: readonly number[] = [404, 405, 501, 502, 503, 504];
const DAY_MS = 86_400_000;

/** Of `npm audit signatures --json`. */
export function signatureVerdict(output: string): Verdict {
  const { invalid, missing, ...rest } = JSON.parse(output) as NpmError & { invalid?: Named[]; missing?: Named[] };
  if (!invalid || !missing) return notOffered(rest);
  const told = (why: string) => (one: Named) => `${one.name}@${one.version} ${why}`;
  return {
    kind: 'verdict',
    complaints: [...invalid.map(told('has a wrong signature')), ...missing.map(told('has no signature'))],
  };
}

interface Named {
  readonly name: string;
  readonly version: string;
}

/** Of `npm audit --json`: high and critical advisories, but for those that were looked at. */
export function auditVerdict(output: string, nowMs: number, looked = ADVISORIES): Verdict {
  const { vulnerabilities, ...rest } = JSON.parse(output) as NpmError & {
    vulnerabilities?: { [name: string]: Affected };
  };
  if (!vulnerabilities) return notOffered(rest);
  const found = Object.values(vulnerabilities).flatMap(({ via }) => via.filter(one => typeof one === 'object'));
  const grave = found.filter(({ severity }) => severity === 'high' || severity === 'critical');
  const known = new Map(looked.map(one => [one.url, one]));
  const complaints = grave.flatMap(({ name, severity, title, url }) => {
    const listed = known.get(url);
    if (!listed) return [`${name}: ${severity}, ${title} (${url})`];
    const ageDays = (nowMs - Date.parse(listed.looked)) / DAY_MS;
    return ageDays <= LOOK_AGAIN_DAYS
      ? []
      : [`${name}: ${url} was looked at ${Math.floor(ageDays)} days ago; look again`];
  });
  const gone = looked.filter(({ url }) => !grave.some(one => one.url === url));
  return {
    kind: 'verdict',
    complaints: [...complaints, ...gone.map(({ url }) => `${url} is listed and not reported any more`)],
  };
}

interface Affected {
  /** Advisories, or the names of the packages through which one comes. */
  readonly via: readonly (string | Advisory)[];
}

interface Advisory {
  readonly name: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

function notOffered({ message = '', statusCode = 0, error }: NpmError): Verdict {
  const why = error?.summary || message;
  const unreachable = UNREACHABLE.test(error?.code ?? '') || NO_ANSWER.test(why) || NO_KEYS.test(why);
  if (unreachable || NO_SUCH_ADDRESS.includes(statusCode)) return { kind: 'not offered', why };
  throw new Error(`npm says neither how the packages are nor why it cannot tell: ${why || JSON.stringify(error)}`);
}
