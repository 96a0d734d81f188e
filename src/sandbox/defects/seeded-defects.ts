import { DEFECTS, type DefectName } from './catalogue.js';
import type { Defect, DefectCall, DefectMemory } from './defect.js';

/** The defects that this hospital has, and what they remember. */
export class SeededDefects {
  readonly memory: DefectMemory = { starts: new Map(), references: new Set(), hidden: new Set(), cached: new Map() };
  private readonly defects: Defect[];

  constructor(
    private readonly names: readonly DefectName[],
    /** How long slow ones take. Real time. */
    readonly slowMs: number,
  ) {
    this.defects = names.map(name => DEFECTS[name]);
  }

  get isEmpty(): boolean {
    return this.names.length === 0;
  }

  has(name: DefectName): boolean {
    return this.names.includes(name);
  }

  /** How long the call is held up, in ms. Throws where a defect refuses it. */
  before(call: DefectCall): number {
    const concerned = this.of(call);
    concerned.forEach(({ before }) => before?.(call));
    return concerned.some(({ isSlow }) => isSlow) ? this.slowMs : 0;
  }

  answer(right: unknown, call: DefectCall): unknown {
    const spoiled = this.of(call).reduce((answer, { answer: spoil }) => (spoil ? spoil(answer, call) : answer), right);
    this.remember(right);
    return spoiled;
  }

  /** What is answered instead; throws the error, or another. */
  refusal(error: unknown, call: DefectCall): unknown {
    for (const { refusal } of this.of(call)) {
      const instead = refusal?.(error, call);
      if (instead !== undefined) return instead;
    }
    throw error;
  }

  private of({ endpoint }: DefectCall): Defect[] {
    return this.defects.filter(defect => defect.endpoint === undefined || defect.endpoint === endpoint);
  }

  private remember(right: unknown): void {
    if (typeof right !== 'object' || right === null) return;
    const { appointmentId, datetime } = right as Record<string, unknown>;
    if (typeof appointmentId === 'string' && typeof datetime === 'string') this.memory.starts.set(appointmentId, datetime);
  }
}
