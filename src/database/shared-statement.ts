import type { EntityManager } from '@mikro-orm/postgresql';
import { presentScope, withinScope } from './facility-scope.js';
import { PreparedStatement } from './prepared-statement.js';

/** The types of the values, as columns of `json_to_recordset`. */
type ValueType = 'uuid' | 'uuid[]' | 'text[]' | 'date';

interface Question {
  values: readonly unknown[];
  resolve: (rows: object[]) => void;
  reject: (error: unknown) => void;
}

/** What is asked at one moment, in the order that it was asked first. */
type Moment = Map<SharedStatement, Question[]>;

/** By transaction, or connection to the database where there is none, and by whose rows are to be seen. */
const moments = new WeakMap<object, Map<string, Moment>>();

/**
 * A prepared statement that all share who ask it at the same moment of one transaction, or outside of any: for work that is one facility's, and is
 * done for many at once. Each gets the rows of its own values, as if it were alone, and in their order; rows that are locked are locked in the
 * order of the askers. It goes out after what that moment asks of plain `PreparedStatement`s, and several go out in the order in which they were asked
 * first: where one must come before another, whoever asks the other asks it too.
 */
export class SharedStatement<Row extends object = object> {
  private readonly alone: PreparedStatement<Row>;
  private readonly together: PreparedStatement<Row & { asker: number }>;

  /** `text`: a `select`, with no column called `asker`. `types`: of `$1`, `$2`, …. */
  constructor(name: string, text: string, types: readonly ValueType[]) {
    this.alone = new PreparedStatement(name, text);
    const columns = types.map((type, at) => `v${at + 1} ${type}`).join(', ');
    // "offset 0": the planner leaves each asker's part as it is, by its own indexes.
    this.together = new PreparedStatement(
      `${name}-together`,
      `select given.asker, found.* from json_to_recordset($1::json) as given (asker int, ${columns})
       cross join lateral (select * from (${text.replaceAll(/\$(\d+)/g, 'given.v$1')}) as one offset 0) as found`,
    );
  }

  /** Takes part in the transaction of `em`, if there is one. Throws as MikroORM does. */
  run(em: EntityManager, values: readonly unknown[]): Promise<Row[]> {
    return new Promise<Row[]>((resolve, reject) => {
      const moment = momentOf(em);
      const question: Question = { values, resolve: rows => resolve(rows as Row[]), reject };
      const questions = moment.get(this);
      if (questions) questions.push(question);
      else moment.set(this, [question]);
    });
  }

  /** Never throws. */
  async answer(em: EntityManager, questions: readonly Question[]): Promise<void> {
    try {
      const [only, ...others] = questions;
      if (only && others.length === 0) {
        only.resolve(await this.alone.run(em, only.values));
        return;
      }
      const given = questions.map(({ values }, asker) => ({
        asker,
        ...Object.fromEntries(values.map((value, at) => [`v${at + 1}`, value])),
      }));
      const byAsker = Map.groupBy(await this.together.run(em, [JSON.stringify(given)]), row => row.asker);
      for (const [asker, { resolve }] of questions.entries()) resolve((byAsker.get(asker) ?? []).map(withoutAsker));
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }
}

/** It is over once all is done that can be done now: promises that are resolved already go on before. */
function momentOf(em: EntityManager): Moment {
  const place = em.getTransactionContext<object>() ?? em.getConnection();
  const ofPlace = moments.get(place) ?? new Map<string, Moment>();
  moments.set(place, ofPlace);
  const scope = presentScope();
  const present = ofPlace.get(scope);
  if (present) return present;
  const moment: Moment = new Map();
  ofPlace.set(scope, moment);
  process.nextTick(() => {
    ofPlace.delete(scope);
    withinScope(scope, () => {
      for (const [statement, questions] of moment) void statement.answer(em, questions);
    });
  });
  return moment;
}

function withoutAsker({ asker: _, ...row }: { asker: number }): object {
  return row;
}
