import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../../auth/scope.js';
import { Clock } from '../../common/clock.js';
import { InvalidFieldError } from '../../common/domain-error.js';
import { newId } from '../../common/ids.js';
import { FacilitiesService } from '../../facilities/facilities.service.js';
import type { Facility } from '../../facilities/facility.entity.js';
import { hasDates } from './message-dates.js';
import { plainLocale } from './message-locale.js';
import type {
  NotificationTemplateDto,
  NotificationTemplateListDto,
  NotificationTemplateQuery,
  PutNotificationTemplateDto,
} from './notification-template.dto.js';
import { toTemplateDto } from './notification-template.mapper.js';
import { NotificationTemplateRepository } from './notification-template.repository.js';
import { OwnTemplatesService } from './own-templates.service.js';
import { sampleFacts } from './sample-facts.js';
import { templateChoices } from './template-choice.js';
import { listedTemplates } from './template-list.js';
import { templateFault } from './template-rules.js';

/** Of one facility, which are kept in memory: each kind in both media, in twenty languages. */
const MOST_TEXTS = 200;

/** The texts as callers see and change them. */
@Injectable()
export class NotificationTemplatesService {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly repository: NotificationTemplateRepository,
    private readonly own: OwnTemplatesService,
    private readonly clock: Clock,
  ) {}

  /** By kind, locale and medium. Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: NotificationTemplateQuery): Promise<NotificationTemplateListDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const own = await this.repository.ofFacility(facilityId);
    const facts = sampleFacts(facility);
    return { data: listedTemplates(own, query).map(template => toTemplateDto(template, facts)) };
  }

  /**
   * Sets a text, or (null) goes back to the hub's; answers what is sent from now on. Throws `FacilityNotFoundError`,
   * `FacilityInactiveError`, and `InvalidFieldError` for a text that could not be sent whatever the facts are.
   */
  async put(caller: Caller, facilityId: string, dto: PutNotificationTemplateDto): Promise<NotificationTemplateDto> {
    const facility = await this.facilities.getActive(caller, facilityId);
    const locale = usableLocale(dto.locale);
    const { kind, medium, text } = dto;
    if (text !== null) refuseFaulty(text, locale, dto, facility);
    const key = { facilityId, kind, locale, medium };
    await this.em.transactional(async em => {
      if (text === null) await this.repository.remove(key);
      else await this.repository.save(key, newId(this.clock.now()), text, this.clock.now());
      if (text !== null && (await this.repository.count(facilityId)) > MOST_TEXTS) throw tooMany();
      await this.own.announce(em, facilityId);
    });
    return this.effective(facility, dto, locale);
  }

  private async effective(
    facility: Facility,
    { kind, medium }: PutNotificationTemplateDto,
    locale: string,
  ): Promise<NotificationTemplateDto> {
    const own = await this.repository.ofFacility(facility.id);
    const [chosen] = templateChoices(own, { kind, medium, wanted: [locale], facilityLocale: facility.locale });
    if (!chosen) throw new Error('There is no last text');
    return toTemplateDto({ kind, medium, ...chosen }, sampleFacts(facility));
  }
}

function tooMany(): InvalidFieldError {
  const message = `A facility has ${MOST_TEXTS} texts at most: take others back first, with text null.`;
  return new InvalidFieldError('text', 'too-many-texts', message);
}

function usableLocale(tag: string): string {
  const locale = plainLocale(tag);
  if (locale !== null && hasDates(locale)) return locale;
  throw new InvalidFieldError('locale', 'locale-unsupported', 'locale must be a language in which dates can be written, such as th.');
}

function refuseFaulty(text: string, locale: string, { medium }: PutNotificationTemplateDto, facility: Facility): void {
  const fault = templateFault(text, locale, medium, sampleFacts(facility));
  if (fault) throw new InvalidFieldError('text', fault.code, fault.message);
}
