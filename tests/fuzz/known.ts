/**
 * What a caller of the service knows beside the document: keys, tokens, ids of things that are there. The fuzzer puts
 * them into requests as they are, or broken.
 */
export interface Known {
  /** Credentials by security scheme of the document. */
  readonly credentials: { readonly [scheme: string]: readonly string[] };
  /** Good values by the name of a field or parameter, or by `path parameter` where the name alone says too little. */
  readonly values: { readonly [name: string]: readonly unknown[] };
  /** Signed addresses, as path and query. */
  readonly reads: readonly string[];
  readonly uploads: readonly string[];
  /** Photos as files. */
  readonly photos: readonly Buffer[];
  /** `host:port` of the service. */
  readonly host: string;
}
