/** An answer that GitHub gives to a request it will not carry out. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 422;
  readonly errors: FieldError[] | undefined;

  constructor(status: ApiError['status'], message: string, errors?: FieldError[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  toJSON(): object {
    const body = { message: this.message, documentation_url: 'https://docs.github.com/rest', status: String(this.status) };
    return this.errors ? { ...body, errors: this.errors } : body;
  }
}

export interface FieldError {
  resource: string;
  field?: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  message?: string;
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

export function badCredentials(): ApiError {
  return new ApiError(401, 'Bad credentials');
}

export function forbidden(message: string): ApiError {
  return new ApiError(403, message);
}

export function invalid(...errors: FieldError[]): ApiError {
  return new ApiError(422, 'Validation Failed', errors);
}
