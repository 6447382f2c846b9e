/** The operations of the phone module, as SDL, to be merged into an app's own schema. */
export const typeDefs = `type Query {
  "The signed-in account; null for who is signed out."
  me: AuthUser
}

type Mutation {
  "Sends a code to a number that the signed-in account wants to verify; to the one on file, to prove it again."
  sendPhoneOtp(phoneNumber: String!): Boolean!
  "Judges the code. The number is on file, and the session has passed the factor."
  verifyPhoneOtp(code: String!): Boolean!
  "Sends a code to somebody who signs up by phone."
  signupSendOtp(input: SignupPhoneInput!): Boolean!
  "Judges the code, makes the account and signs it in: the answer sets the session's cookie."
  signupVerify(input: VerifySignupInput!): AuthPayload!
}

input SignupPhoneInput {
  "International, with its plus."
  phoneNumber: String!
}

input VerifySignupInput {
  phoneNumber: String!
  code: String!
  email: String!
  password: String!
  name: String!
}

type AuthPayload {
  user: AuthUser!
}

type AuthUser {
  id: ID!
  "***-***-1234; null where no number is on file."
  phoneDisplay: String
  phoneVerified: Boolean!
  "Names of the factors on file."
  factors: [String!]!
}
`;
