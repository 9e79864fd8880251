/**
 * Firestore with its rules and indexes, and Firebase Auth, through which pages may watch their own jobs. Rules and
 * indexes are deployed by firebase-tools: gcloud has no command for rules.
 */
import { readFileSync } from 'node:fs';
import { type Command, gcloud, rest } from '../command.ts';
import type { Found, Step } from '../converge.ts';
import type { Environment } from '../environment.ts';
import { INDEXES_FILE } from '../write-indexes.ts';

const FIREBASE_TOOLS = 'firebase-tools@15.34.2';
const RULES_API = 'https://firebaserules.googleapis.com/v1';
const RULES_FILE = new URL('../firestore.rules', import.meta.url);

export function databaseSteps(env: Environment): Step[] {
  const { project, database, firestoreLocation } = env;
  return [
    {
      title: 'Firestore database',
      look: gcloud('firestore databases describe', { project, database, format: 'json' }),
      make: [
        gcloud('firestore databases create', {
          ...{ project, database, location: firestoreLocation, type: 'firestore-native' },
          'delete-protection': true,
        }),
      ],
    },
    rulesStep(env),
    indexesStep(env),
    {
      title: 'Firebase knows the project',
      look: rest('GET', `https://firebase.googleapis.com/v1beta1/projects/${project}`),
      make: [rest('POST', `https://firebase.googleapis.com/v1beta1/projects/${project}:addFirebase`)],
    },
    {
      title: 'Firebase Auth takes custom tokens',
      look: rest('GET', `https://identitytoolkit.googleapis.com/admin/v2/projects/${project}/config`),
      make: [
        rest('POST', `https://identitytoolkit.googleapis.com/v2/projects/${project}/identityPlatform:initializeAuth`),
      ],
    },
  ];
}

/** A release is named after its database, but for the one called "(default)", and names the rules that it releases. */
export function rulesStep(env: Environment): Step {
  const { project, database } = env;
  const release = database === '(default)' ? 'cloud.firestore' : `cloud.firestore/${database}`;
  return {
    title: 'rules of Firestore',
    look: rest('GET', `${RULES_API}/projects/${project}/releases/${release}`),
    follow: found => {
      const { rulesetName = `projects/${project}/rulesets/RULESET` } = found as { rulesetName?: string };
      return rest('GET', `${RULES_API}/${rulesetName}`);
    },
    holds: found => {
      const { source } = found as { source?: { files?: { content?: string }[] } };
      return source?.files?.[0]?.content === readFileSync(RULES_FILE, 'utf8');
    },
    make: [firebase(env, 'rules')],
  };
}

export function indexesStep(env: Environment): Step {
  return {
    title: 'indexes and time limits of documents',
    look: lookAtIndexes(env),
    holds: found => missingIndexes(found).length === 0,
    make: [firebase(env, 'indexes')],
  };
}

export function lookAtIndexes({ project, database }: Environment): Command {
  return gcloud('firestore indexes composite list', { project, database, format: 'json' });
}

interface IndexField {
  readonly fieldPath: string;
  readonly order?: string;
}

/** As gcloud lists them: the collection is in the name, and Firestore has appended the field that breaks ties. */
interface ListedIndex {
  readonly name: string;
  readonly state: string;
  readonly fields: readonly IndexField[];
}

/** Declared indexes that the database lacks; with `state`, also those that are not in it yet. */
export function missingIndexes(found: Found, state?: 'READY'): string[] {
  const listed = (found as ListedIndex[]).filter(index => state === undefined || index.state === state);
  const there = new Set(listed.map(({ name, fields }) => keyOf(/collectionGroups\/([^/]+)/.exec(name)?.[1], fields)));
  return declaredIndexes().filter(key => !there.has(key));
}

function declaredIndexes(): string[] {
  const { indexes } = JSON.parse(readFileSync(INDEXES_FILE, 'utf8')) as {
    indexes: { collectionGroup: string; fields: IndexField[] }[];
  };
  return indexes.map(({ collectionGroup, fields }) => keyOf(collectionGroup, fields));
}

function keyOf(collection: string | undefined, fields: readonly IndexField[]): string {
  const named = fields.filter(({ fieldPath }) => fieldPath !== '__name__');
  return `${collection}: ${named.map(({ fieldPath, order }) => `${fieldPath} ${order}`).join(', ')}`;
}

/** Pinned like every other dependency, and fetched when it is needed: it is too large to come along (200 MB). */
function firebase({ project, database }: Environment, part: 'rules' | 'indexes'): Command {
  const source = part === 'rules' ? RULES_FILE : INDEXES_FILE;
  const path = source.pathname.split('/').at(-1) ?? '';
  const config = { firestore: [{ database, [part]: path }] };
  return {
    program: 'npx',
    args: ['--yes', FIREBASE_TOOLS, 'deploy', '--non-interactive', `--only=firestore:${part}`, `--project=${project}`],
    files: [
      { path: 'firebase.json', text: JSON.stringify(config) },
      { path, text: readFileSync(source, 'utf8'), copyOf: `infra-scripts/google/${path}` },
    ],
  };
}
