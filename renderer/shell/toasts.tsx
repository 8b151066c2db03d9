import { Notifications, notifications } from '@mantine/notifications';

/** What is told in passing, in the corner of the window. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={4} />;
}

/** Tells something in passing. */
export function showToast(title: string, message: string): void {
  notifications.show({ title, message });
}
