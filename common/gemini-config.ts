/**
 * How Gemini is reached: with a key of the Gemini API, or through Vertex AI as the service account of the project. The
 * API service needs neither and should have none.
 */
import type { Reader } from './config-reader.ts';

export interface GeminiConfig {
  readonly access: { readonly apiKey: string } | { readonly project: string; readonly location: string };
  /** Where the API is instead of at Google. */
  readonly baseUrl?: string;
}

/** Undefined when nothing names a way. Vertex AI needs a project. */
export function readGemini(read: Reader, { project }: { project?: string }): GeminiConfig | undefined {
  const { apiKey, location, ...base } = {
    ...read.optional('apiKey', 'GEMINI_API_KEY'),
    ...(project === undefined ? {} : read.optional('location', 'GEMINI_VERTEX_LOCATION')),
    ...read.origin('baseUrl', 'GEMINI_BASE_URL'),
  };
  if (apiKey !== undefined && location !== undefined) {
    read.refuse(
      'GEMINI_VERTEX_LOCATION: expected nothing beside GEMINI_API_KEY: one of the two says how Gemini is reached',
    );
  }
  if (apiKey !== undefined) return { access: { apiKey }, ...base };
  if (project !== undefined && location !== undefined) return { access: { project, location }, ...base };
  return undefined;
}
