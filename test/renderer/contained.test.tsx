// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Contained } from '../../renderer/ui/contained';

afterEach(cleanup);

/** Draws what is given beside a part that cannot be drawn while it is told so. */
function page(isBroken: () => boolean, instead?: string) {
  const Part = () => {
    if (isBroken()) throw new Error('this cannot be drawn');
    return <p>the part</p>;
  };
  // React tells of it on the console.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  return (key: number) => (
    <MantineProvider>
      <p>the rest</p>
      <Contained resetKeys={[key]} {...(instead !== undefined && { instead })}>
        <Part />
      </Contained>
    </MantineProvider>
  );
}

it('what cannot be drawn says so in its place, and is drawn when it can be; all else stays [judgement-8.drawn]', () => {
  let isBroken = true;
  const draw = page(() => isBroken);
  render(draw(1));
  expect(screen.getByRole('alert').textContent).toContain('This could not be drawn');
  expect(screen.getByText('the rest')).toBeTruthy();
  isBroken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('the part')).toBeTruthy();
});

it('something simpler stands in its place where there is some, until it is about something else', () => {
  let isBroken = true;
  const draw = page(() => isBroken, 'the letters');
  const { rerender } = render(draw(1));
  expect(screen.getByText('the letters')).toBeTruthy();
  isBroken = false;
  rerender(draw(2));
  expect(screen.getByText('the part')).toBeTruthy();
});
