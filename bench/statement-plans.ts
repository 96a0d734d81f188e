/** What PostgreSQL did each time it ran a statement. */
export interface StatementPlans {
  /** Without its values. */
  text: string;
  times: number;
  /** Partitions of one table that it touched, at most. */
  most: number;
}

interface PlanNode {
  'Relation Name'?: string;
  'Actual Loops'?: number;
  Plans?: PlanNode[];
}

const NOTED = / {2}plan:\n((?:\t.*\n)+)/g;
const LONGEST_TEXT = 240;

/** Reads what `auto_explain` has logged of statements about any of `tables`, whose partitions are called `<table>_p<number>`. The most spread first. */
export function readPlans(log: string, tables: readonly string[]): StatementPlans[] {
  const found = new Map<string, StatementPlans>();
  const known = new Set(tables);
  for (const [, lines = ''] of log.matchAll(NOTED)) {
    const { 'Query Text': query, Plan: plan } = JSON.parse(lines.replaceAll('\n\t', '\n')) as { 'Query Text': string; Plan: PlanNode };
    const touched = new Map<string, Set<string>>();
    gather(plan, known, touched);
    if (touched.size === 0) continue;
    const text = withoutValues(query);
    const statement = found.get(text) ?? { text, times: 0, most: 0 };
    found.set(text, statement);
    statement.times += 1;
    statement.most = Math.max(statement.most, ...[...touched.values()].map(parts => parts.size));
  }
  return [...found.values()].sort((a, b) => b.most - a.most || b.times - a.times);
}

/** What was planned and never run, for PostgreSQL saw in time that it need not, is not touched. */
function gather(node: PlanNode, tables: ReadonlySet<string>, touched: Map<string, Set<string>>): void {
  const relation = node['Relation Name'];
  const [, table] = /^(.+)_p\d+$/.exec(relation ?? '') ?? [];
  const name = table !== undefined && tables.has(table) ? table : relation !== undefined && tables.has(relation) ? relation : undefined;
  if (name !== undefined && (node['Actual Loops'] ?? 1) > 0) {
    const parts = touched.get(name) ?? new Set();
    if (relation !== name) parts.add(relation ?? '');
    touched.set(name, parts);
  }
  for (const child of node.Plans ?? []) gather(child, tables, touched);
}

function withoutValues(query: string): string {
  const text = query
    .replace(/'(?:[^']|'')*'/g, '?')
    .replace(/\b\d+\b/g, '?')
    .replace(/\s+/g, ' ')
    .replace(/\((?:\?, )+\?\)/g, '(?)');
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
