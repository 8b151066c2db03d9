import { expect, test } from 'vitest';
import { isPushAddress } from '../../shared/push-address';

test.each([
  'https://ntfy.sh/olga-desk',
  'https://push.example:8443/hook?key=1',
  'http://localhost:8080/x',
  'http://127.0.0.1/x',
  'http://192.168.178.20:2586/desk',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://[::1]:9/',
  'http://[fd00::1]/',
])('it may be pushed to %s', (address) => {
  expect(isPushAddress(address)).toBe(true);
});

test.each([
  '',
  'ntfy.sh/olga',
  'ftp://127.0.0.1/',
  'file:///etc/passwd',
  'http://ntfy.sh/olga',
  'http://8.8.8.8/',
  'http://172.32.0.1/',
  'http://192.168.1.1.example.com/',
  'http://127.0.0.1.example.com/',
  'http://10.example/',
  'http://localhost.example/',
  'http://[2001:db8::1]/',
  'http://[::ffff:8.8.8.8]/',
  'https://me:secret@push.example/',
  'http://0x08080808/',
])('it may not be pushed to %j', (address) => {
  expect(isPushAddress(address)).toBe(false);
});
