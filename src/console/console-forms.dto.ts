import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, Length, MaxLength } from 'class-validator';

/** An empty field of a form is one that was left out. */
export function BlankIsAbsent(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || undefined : value));
}

/** Every form of the console. */
export class ConsoleForm {
  /** Read by the guard already. */
  @IsString()
  csrf!: string;
}

/** What a page's own address may say besides; `done` is read apart. */
class ConsoleQuery {
  @IsString()
  @MaxLength(100)
  @IsOptional()
  cursor?: string;

  /** What has just been done there. */
  @IsString()
  @MaxLength(40)
  @IsOptional()
  done?: string;
}

export class OverviewQuery extends ConsoleQuery {
  /** Those facilities alone that have some. */
  @IsIn(['overdue', 'dead-letters'])
  @IsOptional()
  only?: 'overdue' | 'dead-letters';
}

export class SearchForm extends ConsoleForm {
  @BlankIsAbsent()
  @IsUUID()
  @IsOptional()
  facilityId?: string;

  @BlankIsAbsent()
  @IsString({ message: 'Say what to look for.' })
  @MaxLength(200)
  q!: string;
}

/** What shows a patient's data, or changes something, is asked why. */
export class ReasonForm extends ConsoleForm {
  @BlankIsAbsent()
  @IsString({ message: 'Say why: it goes into the audit log.' })
  @Length(3, 200, { message: 'Say why, in 3 to 200 characters: it goes into the audit log.' })
  reason!: string;
}

export class NoteForm extends ConsoleForm {
  @BlankIsAbsent()
  @IsString()
  @Length(1, 1_000)
  @IsOptional()
  note?: string;
}
