const WORDS = new Set(['and', 'or', 'unless', 'by', 'on', 'without', 'ignoring', 'group_left', 'group_right', 'offset', 'bool']);
const NAMED_LABELS = /\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}/g;

/** What an expression of PromQL speaks of. */
export interface Spoken {
  metrics: string[];
  /** Of all metrics together: those that are grouped by. */
  groupedBy: string[];
  /** Label by label, what a metric's samples are chosen by. */
  selected: { metric: string; label: string; operator: string; value: string }[];
}

/** Not a parser: it knows as much of PromQL as the hub's own alerts and panels use. */
export function spokenOf(expression: string): Spoken {
  const groupedBy = [...expression.matchAll(NAMED_LABELS)].flatMap(([, labels = '']) => labels.split(',').map(label => label.trim()));
  const selected = [...expression.matchAll(SELECTOR)].flatMap(([, metric = '', selector = '']) =>
    [...selector.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', operator = '', value = '']) => ({
      ...{ metric, label, operator, value },
    })),
  );
  const bare = expression
    .replaceAll(NAMED_LABELS, ' ')
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ');
  const metrics = [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name).filter(name => !WORDS.has(name));
  return { metrics: [...new Set(metrics)], groupedBy, selected };
}
