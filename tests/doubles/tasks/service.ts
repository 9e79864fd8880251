/**
 * The double's gRPC server, made from the very protos that ship with the SDK: counts each call, lets it meet its fate,
 * and answers.
 */
import { readFile } from 'node:fs/promises';
import { GrpcClient, grpc } from 'google-gax';
import { type Method, Refusal, refuse } from './messages.ts';
import type { Methods, Request } from './methods.ts';
import type { CallFate } from './misbehaviour.ts';

export interface ServiceParts {
  readonly methods: Methods;
  readonly port: number;
  /** Asked once for each call, before anything is done. */
  readonly fateOf: (method: Method, request: Request) => CallFate;
  /** Resolves when the first attempt of the task of this name has ended. */
  readonly attempted: (name: string) => Promise<void>;
}

export async function startService(parts: ServiceParts): Promise<{ port: number; close(): void }> {
  const server = new grpc.Server();
  const answers = Object.entries(parts.methods).map(([method, run]) => [
    method,
    (call: grpc.ServerUnaryCall<Request, object>, callback: grpc.sendUnaryData<object>) => {
      answer(parts, method as Method, run, call.request).then(
        message => callback(null, message),
        (error: unknown) => callback(error instanceof Refusal ? error : { code: 13, details: String(error) }),
      );
    },
  ]);
  server.addService(await definition(), Object.fromEntries(answers));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${parts.port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

async function answer(
  { fateOf, attempted }: ServiceParts,
  method: Method,
  run: (request: Request) => object,
  request: Request,
): Promise<object> {
  const fate = fateOf(method, request);
  if (typeof fate === 'object' && 'fail' in fate) throw refuse.planned(fate.fail);
  const message = run(request);
  if (typeof fate === 'object') throw refuse.planned(fate.doThenFail);
  if (fate === 'after-delivery') await attempted(request.task?.name ?? '');
  return message;
}

async function definition(): Promise<grpc.ServiceDefinition> {
  const protos = new URL('protos.json', import.meta.resolve('@google-cloud/tasks/build/protos'));
  const loaded = new GrpcClient().loadProtoJSON(JSON.parse(await readFile(protos, 'utf8')));
  const { google } = loaded as unknown as {
    google: { cloud: { tasks: { v2: { CloudTasks: grpc.ServiceClientConstructor } } } };
  };
  return google.cloud.tasks.v2.CloudTasks.service;
}
