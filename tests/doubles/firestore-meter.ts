/**
 * Stands between the Firestore SDK and the emulator and counts what Firestore would bill, by what goes over the wire:
 * it passes everything on unchanged and reads along, with the very protos that ship with the SDK.
 */
import { readFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect, createServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { GrpcClient, type grpc } from 'google-gax';
import { BILLING, type Bill, type Billed } from './firestore-billing.ts';
import { cutMessages } from './firestore-wire.ts';

export interface FirestoreMeter {
  readonly host: string;
  /** All that was billed so far. A call is in it before its client has the answer. */
  billed(): Billed;
  close(): Promise<void>;
}

type Service = grpc.ServiceDefinition;

export async function startFirestoreMeter(emulatorHost: string): Promise<FirestoreMeter> {
  const service = await definition();
  const billed = { reads: 0, writes: 0, deletes: 0 };
  const add = ({ reads = 0, writes = 0, deletes = 0 }: Bill) => {
    billed.reads += reads;
    billed.writes += writes;
    billed.deletes += deletes;
  };
  const sessions = new Set<Http2Session>();
  const server = createServer();
  server.on('session', session => {
    const upstream = connect(`http://${emulatorHost}`).on('error', () => session.destroy());
    sessions.add(session);
    session.on('error', () => {});
    session.once('close', () => {
      sessions.delete(session);
      upstream.destroy();
    });
    session.on('stream', (client: ServerHttp2Stream, headers) => {
      pass(client, upstream, { headers, meter: meterOf(service, String(headers[':path']), add) });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    billed: () => ({ ...billed }),
    close() {
      for (const session of sessions) session.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

interface Meter {
  sent(message: Buffer): void;
  received(message: Buffer): void;
  /** With the call's gRPC status. */
  ended(status: string): void;
}

function meterOf(service: Service, path: string, add: (bill: Bill) => void): Meter {
  const name = path.split('/').at(-1) ?? '';
  const method = service[name];
  const rule = BILLING[name];
  // What nobody has a rule for must not pass for free.
  if (!method || !rule) throw new Error(`There is no rule for what Firestore bills for a call of ${name}.`);
  const requests: object[] = [];
  let answers = 0;
  return {
    sent: message => requests.push(method.requestDeserialize(message)),
    received(message) {
      const bill = rule.answer?.(method.responseDeserialize(message), answers) ?? {};
      answers += bill.reads ?? 0;
      add(bill);
    },
    ended(status) {
      if (status === '0') add(rule.end?.(requests, answers) ?? {});
    },
  };
}

function pass(
  client: ServerHttp2Stream,
  upstream: ClientHttp2Session,
  { headers, meter }: { readonly headers: Parameters<ClientHttp2Session['request']>[0]; readonly meter: Meter },
): void {
  const call = upstream.request(headers).on('error', () => client.close());
  let trailers: Parameters<ServerHttp2Stream['sendTrailers']>[0] = {};
  client.on('error', () => {});
  client.on('close', () => call.close());
  client.on('data', cutMessages(meter.sent));
  client.pipe(call);
  call.on('trailers', received => (trailers = received));
  client.on('wantTrailers', () => client.sendTrailers(trailers));
  call.on('response', received => {
    if (client.closed) return;
    // A refusal is a status alone, which comes with the headers.
    if (received['grpc-status'] !== undefined) return client.respond(received, { endStream: true });
    client.respond(received, { waitForTrailers: true });
    call.on('data', cutMessages(meter.received));
    call.on('end', () => meter.ended(String(trailers['grpc-status'])));
    call.pipe(client);
  });
}

async function definition(): Promise<Service> {
  const protos = new URL('build/protos/v1.json', import.meta.resolve('@google-cloud/firestore/package.json'));
  const loaded = new GrpcClient().loadProtoJSON(JSON.parse(await readFile(protos, 'utf8')));
  const { google } = loaded as unknown as {
    google: { firestore: { v1: { Firestore: grpc.ServiceClientConstructor } } };
  };
  return google.firestore.v1.Firestore.service;
}
