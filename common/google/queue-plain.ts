/**
 * Settings for a Cloud Tasks that is spoken to without encryption and credentials: the double in `tests/doubles`, or an
 * emulator on a developer's machine.
 */
import type { TasksClientSettings } from './queue-client.ts';

/**
 * For `client` of `createTasksQueue`, with an address such as `127.0.0.1:8123`. What it needs is loaded when the client
 * opens, from the transport that the SDK itself brings along.
 */
export function plainTasksClient(address: string): () => Promise<TasksClientSettings> {
  return async () => {
    const { grpc, googleAuthLibrary } = await import('google-gax');
    const { hostname, port } = new URL(`http://${address}`);
    return {
      apiEndpoint: hostname,
      port: Number(port || 80),
      sslCreds: grpc.credentials.createInsecure(),
      authClient: new googleAuthLibrary.PassThroughClient(),
    };
  };
}
