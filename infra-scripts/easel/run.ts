/**
 * One use of the command line, from its words to an exit code. Every fault becomes text here and nowhere else.
 */
import { createClient } from './client.ts';
import type { Call, Command, World } from './command.ts';
import { COMMANDS } from './commands.ts';
import { findConnection } from './connection.ts';
import { faultJson, faultLines } from './fault-text.ts';
import { EXIT, type ExitCode, type Fault, usageFault } from './faults.ts';
import { asFault } from './file-fault.ts';
import { helpLines } from './help.ts';
import { readArguments, splitWords, type Words } from './read-arguments.ts';

/** Throws only what is a mistake in this program. */
export async function runEasel(line: readonly string[], world: World): Promise<ExitCode> {
  const words = splitWords(line, COMMANDS);
  try {
    const topic = helpTopic(words);
    if (topic) {
      for (const text of helpLines(topic, COMMANDS, world.out)) world.out.line(text);
      return EXIT.ok;
    }
    const { command, args, options } = readArguments(asked(words), COMMANDS);
    const common = { ...world, args, options, json: options.flag('json') };
    if (options.flag('direct')) return await runDirectly(command, common);
    const call: Call = {
      ...common,
      // Not before it is used: "easel version" needs no address.
      get client() {
        return createClient(findConnection(options, world.env, command.keyKind), world);
      },
    };
    return await command.run(call);
  } catch (error) {
    const fault = asFault(error);
    complain(fault, world, { json: words.given.some(({ name }) => name === 'json') });
    return fault.exitCode;
  }
}

/** Past the API, which may not answer: everything of it that the command needs runs in this process. */
async function runDirectly(command: Command, common: Omit<Call, 'client'>): Promise<ExitCode> {
  if (!command.direct) {
    throw usageFault(
      `"${command.name}" needs the API.`,
      'With --direct go those that read, "queues pause" and "intake close".',
    );
  }
  const { openDirect } = await import('./direct.ts');
  const direct = await openDirect(common);
  try {
    return await command.run({ ...common, client: createClient(direct.connection, common) });
  } finally {
    await direct.close();
  }
}

/** What help is wanted on; undefined where none is. */
function helpTopic({ plain, given, help }: Words): readonly string[] | undefined {
  if (plain[0] === 'help') return plain.slice(1);
  if (plain.length === 0 && given.length === 0) return [];
  const [first = ''] = plain;
  // "easel styles" is a command, and the first word of others.
  const isGroup =
    plain.length === 1 &&
    COMMANDS.some(({ name }) => name.startsWith(`${first} `)) &&
    !COMMANDS.some(({ name }) => name === first);
  // Of "easel generate cat.jpg --help" the photo is no part of the topic.
  const command = COMMANDS.filter(({ name }) => `${plain.join(' ')} `.startsWith(`${name} `)).at(-1);
  if (help) return command?.name.split(' ') ?? plain;
  return isGroup ? plain : undefined;
}

/** `easel --version` is what people try first. */
function asked(words: Words): Words {
  const isVersion = words.plain.length === 0 && words.given.some(({ name }) => name === 'version');
  return isVersion
    ? { plain: ['version'], given: words.given.filter(({ name }) => name !== 'version'), help: false }
    : words;
}

function complain(fault: Fault, { err, now }: World, { json }: { json: boolean }): void {
  if (json) {
    err.line(faultJson(fault));
    return;
  }
  const [first, ...others] = faultLines(fault, { paint: err.paint, nowMs: now() });
  err.line(`${err.paint.red('easel:')} ${first}`);
  for (const line of others) err.line(`  ${line}`);
}
