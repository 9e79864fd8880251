/**
 * Methods and targets: the first line of a request, without its version.
 */
import type { Dice } from './dice.ts';
import type { Known } from './known.ts';
import type { FuzzOperation, FuzzParameter } from './operations.ts';
import { targetText } from './sendable.ts';
import { strangeText } from './strange.ts';
import { goodValue } from './values.ts';

const OTHER_METHODS = [
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'TRACE',
  'PROPFIND',
  'LOCK',
  'QUERY',
];

export function methodOf({ method }: FuzzOperation, dice: Dice): string {
  if (method === 'GET' && dice.percent(5)) return 'HEAD';
  return dice.percent(93) ? method : dice.pick(OTHER_METHODS);
}

export function targetOf(operation: FuzzOperation, known: Known, dice: Dice): string {
  const inPath = operation.parameters.filter(parameter => parameter.in === 'path');
  const path = inPath.reduce((text, parameter) => {
    const strange = dice.percent(25);
    const value = strange ? strangeText(dice) : parameterText(operation, parameter, known, dice);
    return text.replace(`{${parameter.name}}`, () =>
      dice.percent(95) ? encodeURIComponent(wellFormed(value)) : value,
    );
  }, operation.template);
  const whole = path + queryOf(operation, known, dice);
  return targetText(dice.percent(94) ? whole : breakTarget(whole, known, dice));
}

/** A path parameter may mean another thing at each operation: those are known by operation and name. */
function parameterText(operation: FuzzOperation, { name, schema }: FuzzParameter, known: Known, dice: Dice): string {
  const own = `${operation.template} ${name}`;
  return String(goodValue(schema, own in known.values ? own : name, known, dice));
}

function queryOf(operation: FuzzOperation, known: Known, dice: Dice): string {
  const named = operation.parameters.filter(parameter => parameter.in === 'query');
  const good = dice
    .some(named, named.length > 0 && dice.percent(50) ? 3 : 0)
    .map(parameter => pair(parameter.name, parameterText(operation, parameter, known, dice)));
  if (dice.percent(named.length > 0 ? 70 : 92)) return good.length > 0 ? `?${good.join('&')}` : '';
  const name = named.length > 0 ? dice.pick(named).name : 'limit';
  const strange = dice.weighed<() => string>([
    [5, () => pair(name, strangeText(dice))],
    [1, () => `${pair(name, '1')}&${pair(name, '2')}`],
    [1, () => `${name}[]=1&${name}[a][b]=2`],
    [1, () => pair(strangeText(dice), strangeText(dice))],
    [1, () => `${name}=%zz%`],
    [1, () => `${name}=%00%ff%c0%af`],
    [1, () => `${name}&=&&&=;${name};`],
    [1, () => `__proto__=1&constructor=2&${name}.__proto__=3`],
    [1, () => pair(name, 'y'.repeat(dice.below(14_000)))],
    [1, () => Array.from({ length: dice.below(1_500) }, (_, at) => `p${at}=`).join('&')],
    [1, () => '?'.repeat(dice.below(5))],
  ])();
  return `?${[...good, strange].join('&')}`;
}

function pair(name: string, value: string): string {
  return `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`;
}

/** `encodeURIComponent` throws for half of a surrogate pair. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function breakTarget(target: string, { host, reads, uploads }: Known, dice: Dice): string {
  return dice.weighed<() => string>([
    [2, () => `/${target}`],
    [2, () => target.replace('/', '//')],
    [1, () => target.replaceAll('/', '/./')],
    [1, () => `${target}/`],
    [1, () => `${target}/..`],
    [1, () => `/x/../${target}`],
    [1, () => target.toUpperCase()],
    [1, () => target.replaceAll('/', '%2f')],
    [1, () => target.replaceAll('/', '\\')],
    [1, () => `${target}%00`],
    [1, () => `${target}%`],
    [1, () => `${target};a=b`],
    [1, () => `${target}#part`],
    [1, () => `http://${host}${target}`],
    [1, () => `http://elsewhere.example${target}`],
    [
      1,
      () =>
        dice.pick([
          '*',
          '/',
          'http://',
          'http:///',
          'http://?',
          'http://[::1',
          '//',
          '/\\',
          '?',
          '#',
          '/%',
          '/..',
          '/.%2e/',
          'mailto:a@b',
          host,
        ]),
    ],
    [1, () => `/docs/${dice.pick(['..%2f..%2fpackage.json', '..', '.', '%2e%2e%2fdocs.css', 'docs.css%00', '.git'])}`],
    [1, () => `/${strangeText(dice)}`],
    [3, () => breakSigned(dice.pick([...reads, ...uploads]), dice)],
    [1, () => `/${'a/'.repeat(dice.below(6_000))}`],
    [1, () => `/${Buffer.from(strangeText(dice)).toString('latin1')}`],
  ])();
}

export function breakSigned(address: string, dice: Dice): string {
  const [path = '', query = ''] = address.split('?');
  const parameters = query.split('&');
  return dice.weighed<() => string>([
    [4, () => address],
    [1, () => path],
    [1, () => `${address}x`],
    [1, () => address.slice(0, -dice.below(30))],
    [1, () => `${path}?${parameters.toReversed().join('&')}`],
    [1, () => `${address}&${dice.pick(parameters)}`],
    [1, () => `${path}?${dice.some(parameters, parameters.length).join('&')}`],
    [1, () => address.replace(/expires=\d+/, `expires=${dice.pick(['0', '9'.repeat(40), '-1', '1e9', 'NaN', ''])}`)],
    [1, () => address.replace('/objects/', `/objects/${dice.pick(['../', '%2e%2e/', './', '//', '%00/'])}`)],
    [1, () => `${path.replace(/[^/]+$/, encodeURIComponent(wellFormed(strangeText(dice))))}?${query}`],
    [1, () => address.replace(/signature=.*/, `signature=${encodeURIComponent(wellFormed(strangeText(dice)))}`)],
  ])();
}
