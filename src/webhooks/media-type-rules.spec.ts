import { mediaTypeProblem } from './media-type-rules.js';

describe('What a delivery’s headers say of its body', () => {
  it.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['JSON in UTF-8', { 'content-type': 'application/json; charset=utf-8' }],
    ['JSON in any case', { 'content-type': 'Application/JSON;charset="UTF-8"' }],
    ['JSON with another parameter', { 'content-type': 'application/json; profile=x' }],
  ])('%s is taken', (_, headers) => {
    expect(mediaTypeProblem(headers)).toBeNull();
  });

  it.each([
    ['nothing', {}],
    ['an empty type', { 'content-type': '' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a text', { 'content-type': 'text/plain' }],
    ['another JSON', { 'content-type': 'application/vnd.api+json' }],
    ['what only begins like it', { 'content-type': 'application/jsonp' }],
    ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ['any encoding', { 'content-type': 'application/json', 'content-encoding': 'identity' }],
  ])('%s is refused, with what would be right', (_, headers) => {
    expect(mediaTypeProblem(headers)).toMatch(/^The body must .+\.$/);
  });
});
