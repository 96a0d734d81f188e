import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';
import { IsBcp47, MayBeAbsent } from '../../common/validators.js';
import { NOTIFICATION_KINDS, type NotificationKind } from '../notification-state.js';
import { MEDIA, type Medium } from './notification-template.entity.js';

/** What is sent: the facility's own text, or the hub's. */
export class NotificationTemplateDto {
  @ApiProperty({ enum: NOTIFICATION_KINDS })
  kind!: NotificationKind;
  /**
   * BCP 47.
   * @example "fil"
   */
  locale!: string;
  /** `chat`: Messenger, Viber, the log. */
  @ApiProperty({ enum: MEDIA })
  medium!: Medium;
  /**
   * ICU MessageFormat.
   * @example "{facility}: see you{hasTime, select, yes { on {date}, {time}} other { soon}}."
   */
  text!: string;
  /** false: the facility's own. */
  isBuiltIn!: boolean;
  /** Made of an invented appointment. null: it cannot be made, and the hub's is sent instead. */
  preview!: string | null;
  /** Of the preview as SMS; null for chat. */
  segments!: number | null;
}

export class NotificationTemplateListDto {
  data!: NotificationTemplateDto[];
}

export class NotificationTemplateQuery {
  @IsIn(NOTIFICATION_KINDS)
  @MayBeAbsent()
  @ApiProperty({ enum: NOTIFICATION_KINDS, required: false })
  kind?: NotificationKind;

  /** What whoever reads this language would get: `fil-PH` finds `fil`. */
  @IsBcp47()
  @MayBeAbsent()
  locale?: string;

  @IsIn(MEDIA)
  @MayBeAbsent()
  @ApiProperty({ enum: MEDIA, required: false })
  medium?: Medium;
}

export class PutNotificationTemplateDto {
  @IsIn(NOTIFICATION_KINDS)
  @ApiProperty({ enum: NOTIFICATION_KINDS })
  kind!: NotificationKind;

  /**
   * BCP 47; also one that the hub has no texts in.
   * @example "fil"
   */
  @IsBcp47()
  locale!: string;

  @IsIn(MEDIA)
  @ApiProperty({ enum: MEDIA })
  medium!: Medium;

  /**
   * ICU MessageFormat; null: the hub's own again.
   * @example "{facility}: see you{hasTime, select, yes { on {date}, {time}} other { soon}}."
   */
  @IsString()
  @Length(1, 2_000)
  @ValidateIf((_: object, value: unknown) => value !== null)
  text!: string | null;
}
