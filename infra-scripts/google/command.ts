/**
 * What the tools of this folder do, as values: a command can be printed, linted, run, or answered by a double. Nothing
 * here starts anything.
 */

/** A file that a command names: written before the command runs, printed before it in a dry run. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** Where the same stands in this repository: a dry run shows that instead of the text. */
  readonly copyOf?: string;
}

/** What a command reads: how it is shown, since it may be a secret, and how it is made. */
export interface Input {
  /** A shell command that would print the same. */
  readonly shown: string;
  make(run: Run): Promise<string>;
}

export interface Command {
  readonly program: 'gcloud' | 'npx' | 'docker' | 'curl';
  readonly args: readonly string[];
  readonly files?: readonly TextFile[];
  readonly input?: Input;
  /** Where it runs: in a folder of its own with its files, or where this repository is. */
  readonly at?: 'repository';
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Run = (command: Command) => Promise<Outcome>;

/** Positional arguments first and every flag as one word: the linter of gcloud reads them no other way. */
export function gcloud(words: string, flags: Flags = {}, more: Pick<Command, 'files' | 'input'> = {}): Command {
  const args = [...words.split(' '), ...flagsOf(flags)];
  return { program: 'gcloud', args, ...more };
}

/** `true` = the flag alone; undefined = left out. */
export interface Flags {
  readonly [name: string]: string | number | true | undefined;
}

export function flagsOf(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return value === true ? [`--${name}`] : [`--${name}=${value}`];
  });
}

/** A call of a Google API that gcloud has no command for. The token comes on stdin: arguments can be seen by others. */
export function rest(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: TextFile): Command {
  const data = body ? ['--header=Content-Type: application/json', `--data=@${body.path}`] : [];
  // Without it, a person's own credentials have no project that the call counts for.
  const project = `--header=X-Goog-User-Project: ${/projects\/([^/:]+)/.exec(url)?.[1]}`;
  return {
    program: 'curl',
    args: ['--silent', '--show-error', '--fail-with-body', `--request=${method}`, '--header=@-', project, ...data, url],
    ...(body ? { files: [body] } : {}),
    input: AUTHORIZATION,
  };
}

const AUTHORIZATION: Input = {
  shown: "gcloud auth print-access-token | sed 's/^/Authorization: Bearer /'",
  async make(run) {
    const { code, stdout, stderr } = await run(gcloud('auth print-access-token'));
    if (code !== 0) throw new Error(`gcloud gives no access token: ${stderr}`);
    return `Authorization: Bearer ${stdout.trim()}\n`;
  },
};

/** The command as one line that a POSIX shell understands. */
export function lineOf({ program, args, input }: Command): string {
  const line = [program, ...args.map(quoted)].join(' ');
  return input ? `${input.shown} | ${line}` : line;
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  const [, flag = '', value = word] = /^(--[\w-]+=)(.*)$/s.exec(word) ?? [];
  return `${flag}'${value.replaceAll("'", `'\\''`)}'`;
}

/** All that a dry run shows of a command: its files as here-documents, then its line. */
export function scriptOf(command: Command): string[] {
  const files = (command.files ?? []).map(({ path, text, copyOf }) =>
    copyOf === undefined ? `cat > ${path} <<'END'\n${text.trimEnd()}\nEND` : `cp "$REPOSITORY/${copyOf}" ${path}`,
  );
  return [...files, lineOf(command)];
}
