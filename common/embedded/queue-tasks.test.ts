/**
 * The table of tasks: what is asked of it goes through an index, and it does not grow for ever.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSqliteQueue } from './queue.ts';
import { AMPLE, HOUR_MS, inWorld, limitsOf, task } from './queue-world.ts';

const test = suite('SQLite queue: tasks');

test(
  'the next task is found through an index alone, however many wait or are of the same time',
  inWorld(async world => {
    const seen: string[] = [];
    const { database } = world.open();
    const prepare = <Row>(sql: string) => {
      seen.push(sql);
      return database.prepare<Row>(sql);
    };
    createSqliteQueue({ ...database, prepare }, { clock: world.clock, limits: limitsOf(AMPLE) });
    const plans = seen
      .filter(sql => /FROM queue_tasks|UPDATE queue_tasks/.test(sql))
      .map(sql =>
        database
          .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => detail),
      );
    assert.is(plans.length, 7);
    for (const plan of plans) {
      assert.not(
        plan.some(step => /SCAN queue_tasks|TEMP B-TREE/.test(step)),
        plan.join('\n'),
      );
    }
    const next = plans.find(plan => plan.includes('UNION ALL'))?.filter(step => step.startsWith('SEARCH'));
    assert.equal(next, [
      'SEARCH queue_tasks USING INDEX queue_tasks_waiting (queue=? AND not_before=? AND seq>?)',
      'SEARCH queue_tasks USING INDEX queue_tasks_waiting (queue=? AND not_before>?)',
    ]);
  }),
);

test(
  'a name is free again an hour after its task was done or removed, and then leaves no row behind',
  inWorld(async world => {
    const { queue, database } = world.open();
    queue.start(async () => {});
    const rows = () => database.prepare<{ total: number }>('SELECT count(*) AS total FROM queue_tasks').get()?.total;
    await queue.enqueue({ ...task('removed'), notBefore: world.clock.now() + HOUR_MS });
    await queue.remove('interactive', 'removed');
    await Promise.all(Array.from({ length: 20 }, (_, n) => queue.enqueue(task(`t${n}`))));
    await world.clock.advance(HOUR_MS - 1);
    assert.is(await queue.enqueue(task('t1')), 'exists');
    assert.is(await queue.enqueue(task('removed')), 'exists');
    assert.is(rows(), 21);
    await world.clock.advance(1);
    assert.is(await queue.enqueue(task('t1')), 'created');
    assert.is(await queue.enqueue(task('removed')), 'created');
    for (let n = 0; n < 8; n++) await queue.enqueue(task(`u${n}`));
    await world.clock.advance(1);
    assert.is(rows(), 10);
  }),
);

test.run();
