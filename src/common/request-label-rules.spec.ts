import { methodLabel, statusLabel } from './request-label-rules.js';

describe("A request's labels", () => {
  it.each([
    ['GET', 'GET'],
    ['OPTIONS', 'OPTIONS'],
    ['PROPFIND', 'other'],
    [undefined, 'other'],
  ])('have the methods that the hub answers to by name: %s is %s', (method, label) => {
    expect(methodLabel(method)).toBe(label);
  });

  it.each([
    [200, true, '2xx'],
    [404, true, '4xx'],
    [599, true, '5xx'],
    [200, false, 'aborted'],
  ])('have the class of the status: %s, heard to its end: %s, is %s', (status, isComplete, label) => {
    expect(statusLabel(status, isComplete)).toBe(label);
  });
});
