import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Parameters, parametersOf, shopDomainOf, signedCustomer, signedText } from './shopify-signature.ts';

const test = suite('Shopify signature');

const NOW = Date.UTC(2026, 10, 23, 12);
const SHOP = { domain: 'cats.myshopify.com', secret: 'hush', pathPrefix: '/apps/easel' };
const GENUINE: Parameters = [
  ['shop', SHOP.domain],
  ['logged_in_customer_id', '7'],
  ['path_prefix', SHOP.pathPrefix],
  ['timestamp', String(NOW / 1_000)],
];

test("the example of Shopify's documentation has the signature that stands there", () => {
  const signature = (query: string) =>
    createHmac('sha256', 'hush')
      .update(signedText(parametersOf(query)))
      .digest('hex');
  assert.is(
    signature(
      'extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id=1&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555',
    ),
    '4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb',
  );
  assert.is(
    signature(
      'extra=1&extra=2&shop=shop-name.myshopify.com&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555',
    ),
    'a9718877bea71c2484f91608a7eaea1532bdf71f5c56825065fa4ccabe549ef3',
    'before there was a customer in it',
  );
});

test('parameters are put in the order of their bytes, and what is there twice is joined', () => {
  const parameters = [...['a', '_c', 'B', 'Z', 'é', 'aa'].map(name => [name, '1'] as const), ['B', '2'] as const];
  assert.is(signedText(parameters), 'B=1,2Z=1_c=1a=1aa=1é=1');
});

test('a call of Shopify names the customer, or that nobody is logged in', () => {
  assert.is(customerOf(GENUINE), '7');
  assert.is(customerOf(changed('logged_in_customer_id', '')), '');
  assert.is(customerOf(GENUINE.toReversed()), '7', 'in any order');
  assert.is(customerOf(changed('logged_in_customer_id', '1'.repeat(20))), '1'.repeat(20));
});

test('a call is good for 90 seconds before and after its time', () => {
  for (const offset of [-90, -89, 0, 90])
    assert.is(customerOf(changed('timestamp', String(NOW / 1_000 + offset))), '7');
  for (const offset of [-91, 91, -3_600]) {
    assert.is(customerOf(changed('timestamp', String(NOW / 1_000 + offset))), undefined, String(offset));
  }
});

test('a timestamp that is no plain number is refused, although it is signed', () => {
  const seconds = String(NOW / 1_000);
  const bad = [
    ...['not-a-number', 'NaN', 'Infinity', '-Infinity', '123.45', ''],
    ...[
      `${seconds}.0`,
      `${seconds}.`,
      `+${seconds}`,
      `-${seconds}`,
      ` ${seconds}`,
      `${seconds} `,
      `${seconds}\n`,
      `0${seconds}`,
    ],
    ...[
      '1e9',
      '1.7954136e9',
      `0x${(NOW / 1_000).toString(16)}`,
      `0b${(NOW / 1_000).toString(2)}`,
      `${seconds}n`,
      '0',
      'null',
    ],
    ...[`${seconds},${seconds}`, '١٧٩٥٤١٣٦٠٠', `${seconds}000`, '9'.repeat(400), 'undefined', 'true', '[]'],
  ];
  for (const timestamp of bad) assert.is(customerOf(changed('timestamp', timestamp)), undefined, timestamp);
  assert.is(customerOf(GENUINE.filter(([name]) => name !== 'timestamp')), undefined, 'missing');
});

test('each parameter is there exactly once, and no other beside them', () => {
  for (const [name, value] of GENUINE) {
    assert.is(customerOf([...GENUINE, [name, value]]), undefined, `${name} twice, alike`);
    assert.is(customerOf([...GENUINE, [name, '']]), undefined, `${name} twice, empty`);
    assert.is(customerOf(GENUINE.filter(([other]) => other !== name)), undefined, `without ${name}`);
  }
  for (const name of [
    'extra',
    '',
    'a',
    'zz',
    'hmac',
    'Shop',
    'shop[]',
    'logged_in_customer_id[]',
    '__proto__',
    'customer_id',
  ]) {
    assert.is(customerOf([...GENUINE, [name, '1']]), undefined, name);
  }
  const signature = signatureOf(GENUINE);
  assert.is(signedCustomer([...GENUINE, ['signature', signature], ['signature', signature]], SHOP, NOW), undefined);
});

test('each parameter has its form', () => {
  const bad: Parameters = [
    ...['x', '-7', '7.0', ' 7', '7 ', '7,8', '٧', '1'.repeat(21), 'gid://shopify/Customer/7'].map(
      id => ['logged_in_customer_id', id] as const,
    ),
    ...['/apps/easel/', '/apps', '', '/apps/Easel', '/apps/easel2', 'apps/easel'].map(
      path => ['path_prefix', path] as const,
    ),
    ...['dogs.myshopify.com', 'CATS.myshopify.com', 'cats.myshopify.com.', 'cats.myshopify.com.evil.example'].map(
      shop => ['shop', shop] as const,
    ),
  ];
  for (const [name, value] of bad) assert.is(customerOf(changed(name, value)), undefined, `${name}=${value}`);
});

test('a shop is named once, by a well-formed domain', () => {
  assert.is(shopDomainOf(GENUINE), SHOP.domain);
  for (const shop of [
    '',
    'cats',
    'cats.example.com',
    '-cats.myshopify.com',
    'cats.myshopify.com\n',
    'a.b.myshopify.com',
  ]) {
    assert.is(shopDomainOf([['shop', shop]]), undefined, shop);
  }
  assert.is(shopDomainOf([...GENUINE, ['shop', SHOP.domain]]), undefined);
  assert.is(shopDomainOf([]), undefined);
});

test('only the signature itself will do', () => {
  const good = signatureOf(GENUINE);
  const other = createHmac('sha256', 'rush').update(signedText(GENUINE)).digest('hex');
  const sha1 = createHmac('sha1', SHOP.secret).update(signedText(GENUINE)).digest('hex');
  const base64 = Buffer.from(good, 'hex').toString('base64');
  const bad = ['', 'x', good.slice(1), `${good}0`, good.toUpperCase(), ` ${good}`, other, sha1, base64, '0'.repeat(64)];
  for (const signature of bad) assert.is(signedCustomer([...GENUINE, ['signature', signature]], SHOP, NOW), undefined);
  assert.is(signedCustomer(GENUINE, SHOP, NOW), undefined, 'none');
  const unsigned = createHmac('sha256', '').update(signedText(GENUINE)).digest('hex');
  assert.is(
    signedCustomer([...GENUINE, ['signature', unsigned]], { ...SHOP, secret: '' }, NOW),
    undefined,
    'no secret',
  );
});

test('of all ways to split a signed text into parameters at most one is taken: the one that was signed', () => {
  const texts: Parameters[] = [
    GENUINE,
    changed('logged_in_customer_id', ''),
    // What a page may add to its own call, in the hope that the whole reads as a call of customer 9.
    [
      ...changed('logged_in_customer_id', ''),
      ['a', `1logged_in_customer_id=9path_prefix=/apps/easelshop=${SHOP.domain}`],
    ],
    [...changed('logged_in_customer_id', ''), ['logged_in_customer_id', '9']],
    [...changed('logged_in_customer_id', ''), ['a', '']],
  ];
  for (const genuine of texts) {
    const signature = ['signature', signatureOf(genuine)] as const;
    const taken = splits(signedText(genuine)).flatMap(split => signedCustomer([...split, signature], SHOP, NOW) ?? []);
    const expected = customerOf(genuine);
    assert.equal(taken, expected === undefined ? [] : [expected], signedText(genuine));
  }
});

test('an unknown parameter is no place to hide the rest of a call in', () => {
  const text = `logged_in_customer_id=9path_prefix=/apps/easelshop=${SHOP.domain}timestamp=${NOW / 1_000}`;
  const own: Parameters = [...changed('logged_in_customer_id', ''), ['a', `1${text}z=`]];
  const asAnother = [...parametersOf(''), ...changed('logged_in_customer_id', '9')];
  const rest = signedText(own).slice(`a=1${text}z=`.length);
  const resplit: Parameters = [['a', '1'], ...asAnother, ['z', rest]];
  assert.is(signedText(resplit), signedText(own), 'the signature of the one is that of the other');
  assert.is(signedCustomer([...resplit, ['signature', signatureOf(own)]], SHOP, NOW), undefined);
});

test.run();

function changed(name: string, value: string): Parameters {
  return GENUINE.map(([other, old]) => [other, other === name ? value : old] as const);
}

function signatureOf(parameters: Parameters): string {
  return createHmac('sha256', SHOP.secret).update(signedText(parameters)).digest('hex');
}

/** Signed as Shopify does it, whatever the parameters are. */
function customerOf(parameters: Parameters): string | undefined {
  return signedCustomer([...parameters, ['signature', signatureOf(parameters)]], SHOP, NOW);
}

/** Every way to read the text as one to four parameters, each with a name of letters, and its order unchanged. */
function splits(text: string, most = 4): Parameters[] {
  const whole = asParameter(text);
  if (most === 1) return whole ? [[whole]] : [];
  const found = whole ? [[whole]] : [];
  for (let cut = 2; cut < text.length - 1; cut++) {
    const first = asParameter(text.slice(0, cut));
    if (!first || !/[a-z_]/.test(text[cut] ?? '')) continue;
    for (const rest of splits(text.slice(cut), most - 1)) found.push([first, ...(rest as (typeof found)[0])]);
  }
  return found as Parameters[];
}

function asParameter(text: string): readonly [string, string] | undefined {
  const [, name, value] = /^([a-z_]+)=(.*)$/.exec(text) ?? [];
  return name !== undefined && value !== undefined ? [name, value] : undefined;
}
