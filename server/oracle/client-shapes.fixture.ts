import { asBasic, asForm, basicOf, type Sent, type Shape, type Side } from '#server/oracle/side.fixture.ts'

type Pairs = readonly (readonly [string, string])[]

// What each endpoint is asked for, by a request with which nothing else is wrong.
const QUESTIONS = {
  '/oauth/token': [['grant_type', 'client_credentials']],
  '/oauth/introspect': [['token', 'nobody-knows-this-token']],
  '/oauth/revoke': [['token', 'nobody-knows-this-token']],
} as const satisfies Readonly<Record<Sent['path'], Pairs>>

type Authentication = (side: Side) => Omit<Sent, 'path'> & { readonly more?: Pairs }

const WRONG = 'not-the-secret-of-anybody'

/** Ways to say, or not to say, who asks. */
const AUTHENTICATIONS: readonly (readonly [name: string, make: Authentication])[] = [
  ['by Basic', ({ basic }) => ({ authorization: asBasic(basic) })],
  [
    'by Basic, form-encoded',
    ({ basic }) => ({ authorization: basicOf(`${basic.id.replaceAll('-', '%2D')}:${basic.secret}`) }),
  ],
  ['by Basic, scheme in lower case', ({ basic }) => ({ authorization: asBasic(basic).replace('Basic', 'basic') })],
  ['by Basic, scheme in capitals', ({ basic }) => ({ authorization: asBasic(basic).replace('Basic', 'BASIC') })],
  [
    'by Basic, its id in the form as well',
    ({ basic }) => ({ authorization: asBasic(basic), more: [['client_id', basic.id]] }),
  ],
  ['in the form', ({ post }) => ({ more: asForm(post) })],
  ['not at all', () => ({})],
  ['by an id alone', ({ post }) => ({ more: [['client_id', post.id]] })],
  ['by a secret alone', ({ post }) => ({ more: [['client_secret', post.secret]] })],
  ['by Basic, wrong secret', ({ basic }) => ({ authorization: basicOf(`${basic.id}:${WRONG}`) })],
  ['by Basic, secret of another', ({ basic, other }) => ({ authorization: basicOf(`${basic.id}:${other.secret}`) })],
  ['by Basic, unknown id', ({ basic }) => ({ authorization: basicOf(`nobody:${basic.secret}`) })],
  [
    'by Basic, id in capitals',
    ({ basic }) => ({ authorization: basicOf(`${basic.id.toUpperCase()}:${basic.secret}`) }),
  ],
  ['by Basic, no secret', ({ basic }) => ({ authorization: basicOf(`${basic.id}:`) })],
  ['by Basic, no id', ({ basic }) => ({ authorization: basicOf(`:${basic.secret}`) })],
  ['by Basic, no colon', ({ basic }) => ({ authorization: basicOf(basic.id) })],
  ['by Basic, nothing', () => ({ authorization: basicOf('') })],
  ['by Basic, no base64', () => ({ authorization: 'Basic %%%' })],
  ['by Basic, broken percent sign', ({ basic }) => ({ authorization: basicOf(`${basic.id}:${basic.secret}%zz`) })],
  ['by Basic, a space after the secret', ({ basic }) => ({ authorization: basicOf(`${basic.id}:${basic.secret} `) })],
  ['by Basic, NUL after the secret', ({ basic }) => ({ authorization: basicOf(`${basic.id}:${basic.secret}\0`) })],
  ['by Bearer', () => ({ authorization: 'Bearer abc' })],
  ['by Digest', () => ({ authorization: 'Digest username="a"' })],
  ['by Negotiate, credentials in the form', ({ post }) => ({ authorization: 'Negotiate abc', more: asForm(post) })],
  ['in the form, wrong secret', ({ post }) => ({ more: asForm({ ...post, secret: WRONG }) })],
  ['in the form, unknown id', ({ post }) => ({ more: asForm({ ...post, id: 'nobody' }) })],
  ['in the form, no secret', ({ post }) => ({ more: asForm({ ...post, secret: '' }) })],
  ['in the form, no id', ({ post }) => ({ more: asForm({ ...post, id: '' }) })],
  ['by both', ({ basic }) => ({ authorization: asBasic(basic), more: asForm(basic) })],
  ['by both, two clients', ({ basic, post }) => ({ authorization: asBasic(basic), more: asForm(post) })],
  [
    'by Basic, another id in the form',
    ({ basic, post }) => ({ authorization: asBasic(basic), more: [['client_id', post.id]] }),
  ],
  ['in the form, id twice', ({ post }) => ({ more: [...asForm(post), ['client_id', post.id]] })],
  ['in the form, secret twice', ({ post }) => ({ more: [...asForm(post), ['client_secret', post.secret]] })],
  ['in the query', ({ post }) => ({ query: `?client_id=${post.id}&client_secret=${post.secret}` })],
  [
    'by an assertion of an unknown type',
    ({ post }) => ({
      more: [
        ['client_id', post.id],
        ['client_assertion_type', 'urn:example:any'],
        ['client_assertion', 'a.b.c'],
      ],
    }),
  ],
]

type Form = (side: Side, question: Pairs) => Omit<Sent, 'path' | 'authorization'>

const encode = (pairs: Pairs): string => new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()

/** Bodies and methods around a question that is authenticated by Basic. */
const FORMS: readonly (readonly [name: string, make: Form])[] = [
  [
    'charset in the content type',
    (_, form) => ({ form, contentType: 'application/x-www-form-urlencoded; charset=utf-8' }),
  ],
  ['content type in capitals', (_, form) => ({ form, contentType: 'APPLICATION/X-WWW-FORM-URLENCODED' })],
  ['JSON', (_, form) => ({ body: JSON.stringify(Object.fromEntries(form)), contentType: 'application/json' })],
  ['a form called JSON', (_, form) => ({ form, contentType: 'application/json' })],
  ['text', (_, form) => ({ form, contentType: 'text/plain' })],
  ['no content type', (_, form) => ({ form, contentType: null })],
  ['a content type much like it', (_, form) => ({ form, contentType: 'application/x-www-form-urlencodedx' })],
  ['a form of parts', () => ({ body: '--x--\r\n', contentType: 'multipart/form-data; boundary=x' })],
  ['no body', () => ({ body: '' })],
  ['no body and no content type', () => ({ contentType: null })],
  ['ampersands alone', () => ({ body: '&&&' })],
  ['an unknown parameter', (_, form) => ({ form: [...form, ['of_nobody', '1']] })],
  ['an unknown parameter twice', (_, form) => ({ form: [...form, ['of_nobody', '1'], ['of_nobody', '2']] })],
  ['an ampersand at its end', (_, form) => ({ body: `${encode(form)}&` })],
  ['a broken percent sign', (_, form) => ({ body: `${encode(form)}&of_nobody=%zz` })],
  ['its first parameter twice', (_, form) => ({ form: [...form, ...form.slice(0, 1)] })],
  [
    'its first parameter in capitals',
    (_, form) => ({ form: form.map(([name, value]) => [name.toUpperCase(), value]) }),
  ],
  ['its first parameter as a list', (_, form) => ({ form: form.map(([name, value]) => [`${name}[]`, value]) })],
  ['its parameters in the query', (_, form) => ({ query: `?${encode(form)}`, body: '' })],
  ['GET', (_, form) => ({ method: 'GET', query: `?${encode(form)}` })],
  ['HEAD', () => ({ method: 'HEAD' })],
  ['PUT', (_, form) => ({ method: 'PUT', form })],
  ['DELETE', () => ({ method: 'DELETE' })],
  ['PATCH', (_, form) => ({ method: 'PATCH', form })],
]

const PATHS = ['/oauth/token', '/oauth/introspect', '/oauth/revoke'] as const

const ofPath = (path: Sent['path']): readonly Shape[] => [
  ...AUTHENTICATIONS.map(([name, make]) => ({
    name: `${path} ${name}`,
    make: (side: Side): Sent => {
      const { more = [], ...sent } = make(side)
      return { path, ...sent, form: [...QUESTIONS[path], ...more] }
    },
  })),
  ...FORMS.map(([name, make]) => ({
    name: `${path} with ${name}`,
    make: (side: Side): Sent => ({ path, authorization: asBasic(side.basic), ...make(side, QUESTIONS[path]) }),
  })),
]

/** Who asks and how, at each endpoint. */
export const CLIENT_SHAPES: readonly Shape[] = PATHS.flatMap(ofPath)
