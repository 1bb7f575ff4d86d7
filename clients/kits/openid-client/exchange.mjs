// One request and its response: cookies, forms, redirects, the headers every answer has.

const MAX_FORM_BYTES = 64 * 1024

export class Exchange {
  #settings

  constructor(settings, request, response) {
    this.#settings = settings
    this.request = request
    this.response = response
    this.url = new URL(request.url, settings.baseUrl)
    const formAction = `form-action 'self' ${new URL(settings.issuer).origin}`
    response.setHeader('Cache-Control', 'no-store')
    response.setHeader('Referrer-Policy', 'same-origin')
    response.setHeader('X-Content-Type-Options', 'nosniff')
    // form-action also covers the redirect after a form, here to the provider's sign-out.
    response.setHeader(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'self'; ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
    )
  }

  #cookieName(name) {
    return this.#settings.https ? `__Host-${name}` : name
  }

  cookie(name) {
    const prefix = `${this.#cookieName(name)}=`
    const pairs = (this.request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
    return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length)
  }

  setCookie(name, value) {
    const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax']
    if (this.#settings.https) attributes.push('Secure')
    if (!value) attributes.push('Max-Age=0')
    const line = [`${this.#cookieName(name)}=${value}`, ...attributes].join('; ')
    this.response.appendHeader('Set-Cookie', line)
  }

  // Whether a form was sent by one of our own pages.
  isOurOwnForm() {
    return this.request.headers.origin === new URL(this.#settings.baseUrl).origin
  }

  async form() {
    const chunks = []
    let size = 0
    for await (const chunk of this.request) {
      size += chunk.length
      if (size > MAX_FORM_BYTES) throw new Error('the form is too large')
      chunks.push(chunk)
    }
    return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
  }

  redirect(location) {
    this.response.writeHead(303, { Location: String(location) }).end()
  }

  html(text, status = 200) {
    this.response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(text)
  }

  css(text) {
    this.response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8' }).end(text)
  }

  empty(status) {
    this.response.writeHead(status).end()
  }
}
